"""Bring a file of invoice lines in as history. Batch by batch, each with its account, so that a crash loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from stoa.customers.identity.importing import customers_by_reference
from stoa.exchange.files.actions import (
    SKIPPED,
    Account,
    RowOutcome,
    account_of,
    as_it_was,
    finish,
    hold,
    mark_done,
    open_file,
)
from stoa.exchange.orders import rules
from stoa.exchange.orders.countries import country_code
from stoa.exchange.orders.mapping import OrderMapping, parse_mapping
from stoa.exchange.orders.reading import Invoice, InvoiceFile
from stoa.kernel.actors import Actor
from stoa.operations.orders.importing import (
    MAX_NUMBER,
    AlreadyThere,
    HistoricalLine,
    HistoricalOrder,
    already_there,
    import_history,
)

if TYPE_CHECKING:
    from stoa.exchange.files.models import ImportedFile

BATCH = 500  # invoices to a transaction

Progress = Callable[[int, int], None]
Witness = Callable[[list[RowOutcome]], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """An invoice whose lines have been judged; ``lines`` may be empty."""

    invoice: Invoice
    lines: list[rules.Line]
    outcomes: list[RowOutcome]


def import_orders(
    path: Path,
    mapping_text: str,
    *,
    market_id: int,
    actor: Actor,
    is_dry_run: bool = False,
    progress: Progress = lambda rows, total: None,
    witness: Witness = lambda outcomes: None,
) -> Account:
    """Import the invoices of ``path``. Rows that an earlier run finished are passed over and stand in the account.

    ``progress`` is told of rows done and of how many, ``witness`` what became of each. Raises MappingError and
    UnreadableFileError before anything is written, LostRaceError where another process imports the same file.
    """
    mapping = parse_mapping(mapping_text)
    source = InvoiceFile(path, mapping)
    invoices = (judge(invoice, mapping) for invoice in source.invoices())
    if is_dry_run:
        return _rehearse(invoices, Account(source.rows), mapping, progress, witness)
    file = open_file("orders", path, mapping_text, source.rows)
    account = account_of(file)
    for batch in batches(islice(invoices, file.done), BATCH):
        outcomes = [outcome for judged in batch for outcome in judged.outcomes]
        progress(len(outcomes), account.total)
        witness(as_it_was(file, outcomes))
    for batch in batches(invoices, BATCH):
        _tell(_bring(batch, file, mapping, market_id, actor), account, progress, witness)
    finish(file)
    return account


def batches(judged: Iterator[Judged], size: int) -> Iterator[list[Judged]]:
    while batch := list(islice(judged, size)):
        yield batch


def judge(invoice: Invoice, mapping: OrderMapping) -> Judged:
    """Every line of one invoice with its outcome. Nothing is written."""
    prefix = mapping.cancellation_prefix
    is_cancellation = bool(prefix) and invoice.reference.startswith(prefix)
    lines, outcomes = [], []
    for row in invoice.rows:
        try:
            if row.fault:
                raise rules.RowFaultError(row.fault)
            if not invoice.reference:
                raise rules.RowFaultError("no invoice number")
            if len(mapping.number_prefix + invoice.reference) > MAX_NUMBER:
                raise rules.RowFaultError("the invoice number is too long")
            line = rules.read_line(row.number, row.values, is_cancellation=is_cancellation, form=mapping.form)
        except rules.RowFaultError as fault:
            excerpt = ", ".join(f"{name}={rules.text(value, 200)}" for name, value in row.values.items())
            outcomes.append(RowOutcome(row.number, rules.REJECTED, str(fault), excerpt))
        else:
            lines.append(line)
            outcomes.append(RowOutcome(row.number, rules.outcome_of(line.quantity)))
    return Judged(invoice, lines, outcomes)


def _rehearse(
    invoices: Iterator[Judged], account: Account, mapping: OrderMapping, progress: Progress, witness: Witness
) -> Account:
    """What would happen, from what is in the shop now."""
    for batch in batches(invoices, BATCH):
        there = already_there(_order(judged, mapping, None) for judged in batch if judged.lines)
        _tell(_outcomes(batch, mapping, there), account, progress, witness)
    return account


def _bring(
    batch: list[Judged], file: ImportedFile, mapping: OrderMapping, market_id: int, actor: Actor
) -> list[RowOutcome]:
    """One batch in one transaction. Where another import was quicker with the same invoices, once more."""
    for is_last_try in (False, False, True):
        try:
            with transaction.atomic():
                hold(file)
                outcomes = _write(batch, mapping, market_id, actor)
                mark_done(file, file.done + len(batch), outcomes)
                return outcomes
        except IntegrityError:
            if is_last_try:
                raise
    raise AssertionError("unreachable")


def _write(batch: list[Judged], mapping: OrderMapping, market_id: int, actor: Actor) -> list[RowOutcome]:
    sold = [judged for judged in batch if judged.lines]
    references = [_customer(judged.invoice, mapping) for judged in sold]
    customers = customers_by_reference(reference for reference in references if reference)
    orders = [
        _order(judged, mapping, customers.get(reference)) for judged, reference in zip(sold, references, strict=True)
    ]
    there = import_history(orders, market_id=market_id, actor=actor)
    return _outcomes(batch, mapping, there)


def _outcomes(batch: list[Judged], mapping: OrderMapping, there: AlreadyThere) -> list[RowOutcome]:
    outcomes: list[RowOutcome] = []
    for judged in batch:
        reference = judged.invoice.reference
        if _reference(reference, mapping) in there.references:
            changed = partial(_unless_rejected, SKIPPED, "the invoice was imported before", reference)
        elif mapping.number_prefix + reference in there.numbers:
            why = "another order has this number: give [source] a number_prefix"
            changed = partial(_unless_rejected, rules.REJECTED, why, reference)
        else:
            outcomes += judged.outcomes
            continue
        outcomes += map(changed, judged.outcomes)
    return outcomes


def _unless_rejected(outcome: str, reason: str, excerpt: str, before: RowOutcome) -> RowOutcome:
    return before if before.outcome == rules.REJECTED else RowOutcome(before.row, outcome, reason, excerpt)


def _order(judged: Judged, mapping: OrderMapping, customer_id: int | None) -> HistoricalOrder:
    email = _first(judged.invoice, "email", 254)
    return HistoricalOrder(
        external_ref=_reference(judged.invoice.reference, mapping),
        number=mapping.number_prefix + judged.invoice.reference,
        placed_at=min(line.placed_at for line in judged.lines),
        currency=mapping.form.currency,
        lines=[
            HistoricalLine(line.sku, line.title, line.quantity, line.unit_minor, line.total_minor, line.unit_exact)
            for line in judged.lines
        ],
        customer_id=customer_id,
        email=email if "@" in email else "",
        name=_first(judged.invoice, "name", 200),
        country=country_code(_first(judged.invoice, "country", 100), mapping.countries),
    )


def _reference(invoice: str, mapping: OrderMapping) -> str:
    return f"{mapping.source}:{invoice}"


def _customer(invoice: Invoice, mapping: OrderMapping) -> str:
    for row in invoice.rows:
        if reference := rules.identifier(row.values.get("customer")):
            return f"{mapping.source}:{reference}"[:120]
    return ""


def _first(invoice: Invoice, name: str, length: int) -> str:
    """The first of the invoice's rows that says something about it."""
    return next((found for row in invoice.rows if (found := rules.text(row.values.get(name), length))), "")


def _tell(outcomes: list[RowOutcome], account: Account, progress: Progress, witness: Witness) -> None:
    account.add(outcomes)
    progress(len(outcomes), account.total)
    witness(outcomes)
