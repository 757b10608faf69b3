"""Invoice lines from a Parquet or CSV file, the lines of an invoice together, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stoa.exchange.errors import MappingError, UnreadableFileError
from stoa.exchange.files.tables import header_of, rows_of
from stoa.exchange.orders.mapping import OrderMapping
from stoa.exchange.orders.rules import identifier

PIECE = 50_000  # rows turned into Python objects at a time; bounds the memory
# Columns of our own beside the file's, which must not be called like one of them.
ROW, GROUP, FAULT = "\0row", "\0group", "\0fault"


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """``number`` from 1 as in the file; ``values``: our name -> raw value; ``fault``: why they cannot be trusted."""

    number: int
    values: dict[str, Any]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    reference: str
    rows: list[InvoiceRow]


class InvoiceFile:
    """A file of invoice lines. Raises UnreadableFileError, or MappingError where a column of the map is not there."""

    def __init__(self, path: Path, mapping: OrderMapping) -> None:
        self._columns = mapping.columns
        try:
            table = self._read(path)
            self._table = _grouped(table, mapping.columns["invoice"])
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFileError(f"{path.name}: {error}") from error
        self.rows = table.num_rows

    def invoices(self) -> Iterator[Invoice]:
        """Each invoice once, by its first line. Lines without an invoice number come as one invoice ``""``."""
        reference: str | None = None
        rows: list[InvoiceRow] = []
        for current, row in self._lines():
            if current != reference:
                if rows and reference is not None:
                    yield Invoice(reference, rows)
                reference, rows = current, []
            rows.append(row)
        if rows and reference is not None:
            yield Invoice(reference, rows)

    def _lines(self) -> Iterator[tuple[str, InvoiceRow]]:
        names = list(self._columns)
        for start in range(0, self.rows, PIECE):
            piece = self._table.slice(start, PIECE)
            columns = [piece.column(self._columns[name]).to_pylist() for name in names]
            own = [piece.column(name).to_pylist() for name in (ROW, FAULT)]
            for row, fault, *values in zip(*own, *columns, strict=True):
                line = dict(zip(names, values, strict=True))
                yield identifier(line["invoice"]), InvoiceRow(row, line, fault or "")

    def _read(self, path: Path) -> pa.Table:
        is_parquet = path.suffix.lower() in {".parquet", ".pq"}
        there = pq.read_schema(path).names if is_parquet else header_of(path)
        wanted = list(dict.fromkeys(self._columns.values()))
        if missing := [column for column in wanted if column not in there]:
            raise MappingError(f"{path.name} has no column {', '.join(missing)} (it has {', '.join(there)[:500]})")
        if is_parquet:
            table = pq.read_table(path, columns=wanted)
            table = pa.table({name: _in_microseconds(table.column(name)) for name in wanted})
            faults = pa.nulls(table.num_rows, pa.string())
        else:
            table, faults = _csv_table(path, wanted)
        numbers = pa.array(range(1, table.num_rows + 1), pa.int64())
        return table.append_column(ROW, numbers).append_column(FAULT, faults)


def _csv_table(path: Path, wanted: list[str]) -> tuple[pa.Table, pa.ChunkedArray]:
    """Everything stays text: a SKU "007" is not the number 7, and no float ever touches a price."""
    schema = pa.schema([(name, pa.string()) for name in (*wanted, FAULT)])
    batches: list[pa.RecordBatch] = []
    held: list[list[str | None]] = [[] for _ in schema]
    for row in rows_of(path):
        for column, name in zip(held, wanted, strict=False):
            column.append(row[name].encode("utf-8", "replace").decode())
        held[-1].append(row.fault or None)
        if len(held[-1]) == PIECE:
            batches.append(pa.record_batch(held, schema=schema))
            held = [[] for _ in schema]
    batches.append(pa.record_batch(held, schema=schema))
    table = pa.Table.from_batches(batches)
    return table.select(wanted), table.column(FAULT)


def _in_microseconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Python's moments are no finer; Arrow refuses to hand out nanoseconds as such."""
    if not pa.types.is_timestamp(column.type):
        return column
    return column.cast(pa.timestamp("us", column.type.tz), safe=False)


def _grouped(table: pa.Table, invoice: str) -> pa.Table:
    """The rows ordered by (first row of their invoice, row): some systems interleave the lines of two invoices."""
    encoded = pc.cast(table.column(invoice), pa.string()).combine_chunks().dictionary_encode()
    # Codes of a dictionary are given in order of first appearance; "A1" and " A1" are one invoice.
    first: dict[str, int] = {}
    codes = [first.setdefault(identifier(name), code) for code, name in enumerate(encoded.dictionary.to_pylist())]
    groups = pc.fill_null(pa.array(codes, pa.int32()).take(encoded.indices), -1)
    keyed = table.append_column(GROUP, groups)
    return keyed.sort_by([(GROUP, "ascending"), (ROW, "ascending")]).drop_columns([GROUP])
