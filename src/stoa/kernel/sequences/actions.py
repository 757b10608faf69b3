from __future__ import annotations

from django.db.models import F

from stoa.kernel.sequences.models import Sequence


def next_number(name: str) -> int:
    """The next number of a series, from 1. Needs a transaction: the row stays locked until it ends, so no gap opens."""
    if not Sequence.objects.filter(name=name).update(last=F("last") + 1):
        Sequence.objects.get_or_create(name=name)
        Sequence.objects.filter(name=name).update(last=F("last") + 1)
    return Sequence.objects.values_list("last", flat=True).get(name=name)
