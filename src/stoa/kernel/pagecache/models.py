from __future__ import annotations

from django.db import models


class CachePurge(models.Model):
    """A tag whose cached pages are out of date. Written with the change itself, read by every process."""

    id = models.BigAutoField(primary_key=True)
    tag = models.CharField(max_length=120)
    at = models.DateTimeField(db_index=True)
    # True until the CDN has heard of it; never where there is none.
    is_for_cdn = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(is_for_cdn=True), name="purge_for_cdn")]

    def __str__(self) -> str:
        return self.tag


class PageCacheDay(models.Model):
    """How often pages of the cache were asked for on a day (UTC): found in it, or made anew."""

    day = models.DateField(primary_key=True)
    hits = models.BigIntegerField(default=0)
    misses = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.hits} of {self.hits + self.misses}"
