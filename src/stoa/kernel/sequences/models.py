from __future__ import annotations

from django.db import models


class Sequence(models.Model):
    """A named counter without gaps: it is taken in the transaction that uses the number."""

    name = models.CharField(max_length=60, primary_key=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(last__gte=0), name="sequence_not_negative")]

    def __str__(self) -> str:
        return f"{self.name}={self.last}"
