"""Bring a file of invoice lines in as history. Batch by batch, each with its account, so that a crash loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import transaction

from stoa.customers.identity.importing import customers_by_reference
from stoa.exchange.files.actions import SKIPPED, Account, RowOutcome, finish, mark_done, open_file
from stoa.exchange.orders import rules
from stoa.exchange.orders.countries import country_code
from stoa.exchange.orders.mapping import OrderMapping, parse_mapping
from stoa.exchange.orders.reading import Invoice, InvoiceFile
from stoa.kernel.actors import Actor
from stoa.operations.orders.importing import HistoricalLine, HistoricalOrder, import_history

BATCH = 500  # invoices to a transaction

Progress = Callable[[int, int], None]
Witness = Callable[[list[RowOutcome]], None]


@dataclass(frozen=True, slots=True)
class Sorted:
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
    """Import the invoices of ``path``. Rows that an earlier run finished are passed over and stand in its account.

    ``progress`` is told of rows done and of how many, ``witness`` what became of each. Raises MappingError and
    UnreadableFileError before anything is written, LostRaceError where another process imports the same file.
    """
    mapping = parse_mapping(mapping_text)
    source = InvoiceFile(path, mapping)
    account = Account(total=source.rows)
    invoices = (judge(invoice, mapping) for invoice in source.invoices())
    if is_dry_run:
        for judged in invoices:
            _tell(judged.outcomes, account, progress, witness)
        return account
    file = open_file("orders", path, mapping_text, source.rows)
    already = file.done
    for judged in islice(invoices, already):
        _tell(judged.outcomes, Account(total=source.rows), progress, witness)
    account.counts.update(imported=file.imported, credited=file.credited, rejected=file.rejected, skipped=file.skipped)
    for reason in file.rows.values_list("reason", flat=True).iterator():
        account.reasons[reason] = account.reasons.get(reason, 0) + 1
    while batch := list(islice(invoices, BATCH)):
        already += len(batch)
        with transaction.atomic():
            outcomes = _write(batch, mapping, market_id, actor)
            mark_done(file, already, outcomes)
        _tell(outcomes, account, progress, witness)
    finish(file)
    return account


def judge(invoice: Invoice, mapping: OrderMapping) -> Sorted:
    """Every line of one invoice with its outcome. Nothing is written."""
    prefix = mapping.cancellation_prefix
    is_cancellation = bool(prefix) and invoice.reference.startswith(prefix)
    lines, outcomes = [], []
    for row, values in invoice.rows:
        try:
            if not invoice.reference:
                raise rules.RowFault("no invoice number")
            line = rules.read_line(
                row,
                values,
                is_cancellation=is_cancellation,
                currency=mapping.currency,
                zone=mapping.timezone,
                date_format=mapping.date_format,
            )
        except rules.RowFault as fault:
            excerpt = ", ".join(f"{name}={value}" for name, value in values.items())
            outcomes.append(RowOutcome(row, rules.REJECTED, str(fault), excerpt))
        else:
            lines.append(line)
            outcomes.append(RowOutcome(row, rules.outcome_of(line.quantity)))
    return Sorted(invoice, lines, outcomes)


def _write(batch: list[Sorted], mapping: OrderMapping, market_id: int, actor: Actor) -> list[RowOutcome]:
    sold = [judged for judged in batch if judged.lines]
    references = {judged.invoice.reference: _customer(judged.invoice, mapping) for judged in sold}
    customers = customers_by_reference(reference for reference in references.values() if reference)
    orders = [
        _order(judged, mapping, customers.get(references[judged.invoice.reference])) for judged in sold
    ]
    known = import_history(orders, market_id=market_id, actor=actor)
    skipped = {judged.invoice.reference for judged, order in zip(sold, orders, strict=True) if order.external_ref in known}
    return [outcome for judged in batch for outcome in _outcomes(judged, judged.invoice.reference in skipped)]


def _outcomes(judged: Sorted, is_known: bool) -> Iterator[RowOutcome]:
    for outcome in judged.outcomes:
        if is_known and outcome.outcome != rules.REJECTED:
            yield RowOutcome(outcome.row, SKIPPED, "the invoice was imported before", judged.invoice.reference)
        else:
            yield outcome


def _order(judged: Sorted, mapping: OrderMapping, customer_id: int | None) -> HistoricalOrder:
    first = judged.invoice.rows[0][1]
    return HistoricalOrder(
        external_ref=f"{mapping.source}:{judged.invoice.reference}"[:160],
        number=f"{mapping.number_prefix}{judged.invoice.reference}"[:40],
        placed_at=min(line.placed_at for line in judged.lines),
        currency=mapping.currency,
        lines=[
            HistoricalLine(line.sku, line.title, line.quantity, line.unit_minor, line.total_minor, line.unit_exact)
            for line in judged.lines
        ],
        customer_id=customer_id,
        email=str(first.get("email") or "").strip()[:254],
        name=str(first.get("name") or "").strip()[:200],
        country=country_code(str(first.get("country") or ""), mapping.countries),
    )


def _customer(invoice: Invoice, mapping: OrderMapping) -> str:
    for _, values in invoice.rows:
        if values.get("customer") not in (None, ""):
            return f"{mapping.source}:{values['customer']}"[:120]
    return ""


def _tell(outcomes: list[RowOutcome], account: Account, progress: Progress, witness: Witness) -> None:
    account.add(outcomes)
    progress(len(outcomes), account.total)
    witness(outcomes)
