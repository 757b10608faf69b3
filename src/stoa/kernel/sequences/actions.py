from __future__ import annotations

from django.db import connection

from stoa.kernel.sequences.models import Sequence

_ADVANCE = f"UPDATE {Sequence._meta.db_table} SET last = last + 1 WHERE name = %s RETURNING last"  # noqa: S608


def next_number(name: str) -> int:
    """The next number of a series, from 1. Needs a transaction: the row stays locked until it ends, so no gap opens."""
    number = _advance(name)
    if number is None:
        Sequence.objects.get_or_create(name=name)
        number = _advance(name)
    if number is None:
        raise LookupError(f"no series {name}")
    return number


def raise_to(name: str, last: int) -> bool:
    """Let the next number of a series be ``last`` + 1. False where it is beyond that already: a series never goes back.

    Needs a transaction, like ``next_number``; whoever takes numbers meanwhile waits for its end.
    """
    Sequence.objects.get_or_create(name=name)
    return bool(Sequence.objects.filter(name=name, last__lte=last).update(last=last))


def _advance(name: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [name])
        row = cursor.fetchone()
    return row[0] if row else None
