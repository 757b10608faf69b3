from __future__ import annotations

from django.db import models


class IdempotencyRecord(models.Model):
    """The first reply to a request that may be repeated. ``fingerprint`` is a hash of the request's body."""

    id = models.BigAutoField(primary_key=True)
    # Whose key it is ("api:12", "checkout:<cart>"), so that two callers cannot meet on one key.
    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    reply = models.JSONField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_scope_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
