"""Bring a table of tax rates in, all of it or nothing: half a table would charge half a country wrongly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import transaction

from stoa.exchange.files.actions import IMPORTED, REJECTED, UNCHANGED, UPDATED, Account, RowOutcome
from stoa.exchange.files.tables import header_of, rows_of
from stoa.exchange.taxes.reading import RowError, reader_of
from stoa.kernel.actors import Actor
from stoa.operations.tax.actions import CHANGED, NEW, SAME, check_rate, class_codes, write_rates
from stoa.operations.tax.errors import TaxRateInvalidError

OUTCOMES = {NEW: IMPORTED, CHANGED: UPDATED, SAME: UNCHANGED}


def import_tax_rates(
    path: Path,
    *,
    actor: Actor,
    valid_from: date,
    is_dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda rows, total: None,
    witness: Callable[[list[RowOutcome]], None] = lambda outcomes: None,
) -> Account:
    """Write the rates of a file from their own days on, or from ``valid_from``. Rates that are there and that the file does
    not name stay. A row that says nothing true is left out with its reason.

    Raises UnreadableFileError, and MappingError for a header of no known table.
    """
    read = reader_of(header_of(path), valid_from, path.name)
    classes = class_codes()
    account, good, outcomes = Account(), [], {}
    for row in rows_of(path):
        account.total += 1
        try:
            data = read(row)
            check_rate(data, classes)
        except (RowError, TaxRateInvalidError) as error:
            reason = str(error) if isinstance(error, RowError) else _reason(error)
            outcomes[row.number] = RowOutcome(row.number, REJECTED, reason)
        else:
            good.append((row.number, data))
    with transaction.atomic():
        said = write_rates([data for _, data in good], actor=actor, name=path.name)
        transaction.set_rollback(is_dry_run)
    for (number, _), outcome in zip(good, said, strict=True):
        outcomes[number] = RowOutcome(number, OUTCOMES[outcome])
    told = [outcomes[number] for number in sorted(outcomes)]
    account.add(told)
    progress(len(told), account.total)
    witness(told)
    return account


def _reason(error: TaxRateInvalidError) -> str:
    return f"{error.facts.get('field', 'the row')}: {error.message}"
