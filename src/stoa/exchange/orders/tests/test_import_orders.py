from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stoa.catalogue.testing import make_market
from stoa.customers.identity.models import Customer
from stoa.exchange.errors import LostRaceError, MappingError, UnreadableFileError
from stoa.exchange.files import actions as files
from stoa.exchange.files.models import ImportedFile, ImportedRow
from stoa.exchange.orders import actions
from stoa.exchange.orders.actions import import_orders
from stoa.exchange.testing import HEADER, MAPPING, line, row_counts, write_csv
from stoa.kernel.actors import SYSTEM
from stoa.kernel.books import verify
from stoa.operations.orders.models import Order, OrderLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return make_market()


@pytest.fixture
def bring(market, tmp_path):
    """Writes rows to a file and imports it."""

    def perform(rows, name="till.csv", mapping=MAPPING, **options):
        return import_orders(write_csv(tmp_path / name, rows), mapping, market_id=market.pk, actor=SYSTEM, **options)

    return perform


def sold() -> list[tuple[str, int]]:
    return list(Order.objects.order_by("number").values_list("number", "total_minor"))


# One of every kind, in pairs of invoices whose lines are mixed up.
MIXED = [
    line("101", "CUP", "2", "2.50"),
    line("102", "POT", "1", "20.00"),
    line("101", "TEA", "3", "0.125"),
    line("102", "POT", "1", "0"),
    line("C103", "CUP", "-1", "2.50"),
    line("C103", "CUP", "1", "2.50"),
    line("", "CUP"),
    line("104", "", "1"),
    line("105", "CUP", "1.5"),
    line("106", "CUP", "1", "-3"),
    line("107", "CUP", "1", When="yesterday"),
]


def test_orders_lines_and_the_account(bring):
    seen = []
    account = bring(MIXED, witness=seen.extend)
    assert account.counts == {"imported": 3, "credited": 1, "rejected": 7, "skipped": 0}
    assert account.is_complete
    assert account.total == 11
    assert sold() == [("T-101", 538), ("T-102", 2000), ("T-C103", -250)]
    assert list(OrderLine.objects.filter(order__number="T-101").values_list(
        "sku", "quantity", "unit_minor", "unit_exact", "total_minor", "position"
    )) == [("CUP", 2, 250, None, 500, 0), ("TEA", 3, 13, Decimal("0.125"), 38, 1)]  # fmt: skip
    assert sorted((o.row, o.outcome, o.reason) for o in seen) == [
        (1, "imported", ""),
        (2, "imported", ""),
        (3, "imported", ""),
        (4, "rejected", "the price is zero: nothing was sold"),
        (5, "credited", ""),
        (6, "rejected", "a cancellation with a positive quantity"),
        (7, "rejected", "no invoice number"),
        (8, "rejected", "no SKU"),
        (9, "rejected", "the quantity is not whole: 1.5"),
        (10, "rejected", "the price is negative: a correction of accounts, not goods"),
        (11, "rejected", "not a date: 'yesterday'"),
    ]
    assert ImportedRow.objects.count() == 7
    assert ImportedFile.objects.get().finished_at is not None
    assert verify().is_clean


def test_an_order_is_history_and_nothing_else(bring, market):
    before = row_counts()
    bring([line("101")])
    order = Order.objects.get()
    assert (order.source, order.status, order.payment_status, order.currency) == ("import", "completed", "paid", "GBP")
    assert (order.external_ref, order.country, order.market_id) == ("till:101", "GB", market.pk)
    assert order.placed_at == order.completed_at == datetime(2024, 3, 5, 10, 15, tzinfo=UTC)
    assert order.customer.external_ref == "till:77"
    changed = {label: count - before[label] for label, count in row_counts().items() if count != before[label]}
    # No stock moved, no mail written, no event announced, no payment made.
    assert changed == {
        "operations.Order": 1, "operations.OrderLine": 1, "customers.Customer": 1, "exchange.ImportedFile": 1,
        "kernel.AuditEntry": 1,
    }  # fmt: skip


def test_one_customer_buys_twice_and_an_unknown_one_has_none(bring):
    bring([line("101"), line("102"), line("103", Who="")])
    assert Customer.objects.count() == 1
    assert list(Order.objects.order_by("number").values_list("customer__external_ref", flat=True)) == [
        "till:77", "till:77", None,
    ]  # fmt: skip


def test_a_dry_run_writes_nothing_and_foresees_the_account(bring):
    bring([line("101")], "first.csv")
    before = row_counts()
    rehearsal = bring(MIXED, is_dry_run=True)
    assert row_counts() == before
    account = bring(MIXED)
    assert (rehearsal.counts, rehearsal.reasons) == (account.counts, account.reasons)
    assert account.counts == {"imported": 1, "credited": 1, "rejected": 7, "skipped": 2}


def test_the_same_file_again_brings_nothing(bring):
    first = bring(MIXED)
    before, seen = row_counts(), []
    again = bring(MIXED, witness=seen.extend)
    assert row_counts() == before
    assert (again.counts, again.reasons, again.before) == (first.counts, first.reasons, 11)
    assert again.finished is not None
    assert len(seen) == 11


def test_another_file_with_the_same_invoices_skips_them_and_says_so(bring):
    bring([line("101"), line("102")])
    account = bring([line("102"), line("102", "POT"), line("103"), line("102", "POT", "x")], "second.csv")
    assert account.counts == {"imported": 1, "credited": 0, "rejected": 1, "skipped": 2}
    assert account.reasons["the invoice was imported before"] == 2
    assert sold() == [("T-101", 250), ("T-102", 250), ("T-103", 250)]


def test_a_number_that_the_shop_gave_itself_is_not_taken(bring):
    bring([line("101")], mapping=MAPPING.replace('"till"', '"elsewhere"'))
    account = bring([line("101"), line("102")])
    assert account.counts["rejected"] == 1
    assert account.reasons == {"another order has this number: give [source] a number_prefix": 1}
    assert sold() == [("T-101", 250), ("T-102", 250)]


def test_odd_numbers_of_invoices(bring):
    account = bring([line(" 101 "), line("101", "POT"), line("x" * 39), line("1\0 02"), line("1 02")])
    assert account.counts == {"imported": 4, "credited": 0, "rejected": 1, "skipped": 0}
    assert account.reasons == {"the invoice number is too long": 1}
    assert sold() == [("T-1 02", 500), ("T-101", 500)]


def test_cells_that_no_database_takes_are_cleaned(bring):
    bring([line("101", "C\0UP", Text="Tea\x07 cup\n", Who="7\x007", Where="Wonderland")])
    order = Order.objects.get()
    assert (order.lines.get().sku, order.lines.get().title, order.country) == ("CUP", "Tea  cup", "")
    assert order.customer.external_ref == "till:77"


def test_rows_of_the_wrong_length_are_rejected_not_shifted(market, tmp_path):
    path = tmp_path / "till.csv"
    rows = [line("101"), line("102", Text="Tea, large"), line("103")]
    lines = [",".join(row) for row in [HEADER, *rows]]
    path.write_text("\n".join(lines)[:-20])
    account = import_orders(path, MAPPING, market_id=market.pk, actor=SYSTEM)
    assert account.counts == {"imported": 1, "credited": 0, "rejected": 2, "skipped": 0}
    assert sold() == [("T-101", 250)]


@pytest.mark.parametrize(("content", "error", "words"), [
    ("", UnreadableFileError, "is empty"),
    ("No,Code\n1,2\n", MappingError, "has no column Text, Qty, Price, When, Who, Where (it has No, Code)"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_leaves_nothing(market, tmp_path, content, error, words):
    path, before = tmp_path / "till.csv", row_counts()
    path.write_text(content)
    with pytest.raises(error) as caught:
        import_orders(path, MAPPING, market_id=market.pk, actor=SYSTEM)
    assert words in caught.value.message
    assert row_counts() == before


def test_a_header_without_rows_is_an_empty_account(bring):
    account = bring([])
    assert (account.total, account.is_complete) == (0, True)


def parquet(path, **columns):
    base = {
        "No": ["101", "102"], "Code": ["CUP", "POT"], "Text": ["Cup", "Pot"], "Qty": [1, 2], "Price": [2.55, 0.1],
        "When": pa.array([1_709_633_700_000_000_001] * 2, pa.timestamp("ns")), "Who": [77.0, None], "Where": ["", None],
    }  # fmt: skip
    pq.write_table(pa.table({**base, **columns}), path)
    return path


@pytest.mark.parametrize("columns", [
    {},
    {"No": [101, 102]},
    {"No": pa.array(["101", "102"]).dictionary_encode()},
    {"Price": pa.array([Decimal("2.55"), Decimal("0.10")])},
    {"Price": ["2.55", "0.1"]},
])  # fmt: skip
def test_parquet_of_any_types(market, tmp_path, columns):
    path = parquet(tmp_path / "till.parquet", **columns)
    account = import_orders(path, MAPPING, market_id=market.pk, actor=SYSTEM)
    assert account.counts["imported"] == 2
    assert sold() == [("T-101", 255), ("T-102", 20)]
    assert Order.objects.get(number="T-101").placed_at == datetime(2024, 3, 5, 10, 15, tzinfo=UTC)
    assert Order.objects.get(number="T-101").customer.external_ref == "till:77"


def test_parquet_that_is_none(market, tmp_path):
    path = tmp_path / "till.parquet"
    path.write_bytes(b"PAR1 no, not at all")
    with pytest.raises(UnreadableFileError, match=r"till\.parquet: "):
        import_orders(path, MAPPING, market_id=market.pk, actor=SYSTEM)
    with pytest.raises(UnreadableFileError, match=r"till\.parquet: "):
        import_orders(parquet(path, No=[{"a": 1}, {"a": 2}]), MAPPING, market_id=market.pk, actor=SYSTEM)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("border", range(4))
def test_a_crash_at_any_border_of_a_batch_is_made_good_by_the_next_run(bring, monkeypatch, border):
    monkeypatch.setattr(actions, "BATCH", 2)
    calls = iter(range(99))

    def dies(*args):
        if next(calls) == border:
            raise KeyboardInterrupt
        files.mark_done(*args)

    monkeypatch.setattr(actions, "mark_done", dies)
    with pytest.raises(KeyboardInterrupt):
        bring(MIXED)
    assert ImportedFile.objects.get().done == 2 * border
    monkeypatch.setattr(actions, "mark_done", files.mark_done)
    seen = []
    account = bring(MIXED, witness=seen.extend)
    assert account.counts == {"imported": 3, "credited": 1, "rejected": 7, "skipped": 0}
    assert sorted(outcome.row for outcome in seen) == list(range(1, 12))
    assert sold() == [("T-101", 538), ("T-102", 2000), ("T-C103", -250)]
    assert OrderLine.objects.count() == 4
    assert ImportedRow.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_write_nothing_twice(bring, market, monkeypatch, tmp_path):
    """The other one does the whole file while this one stands before its second batch."""
    monkeypatch.setattr(actions, "BATCH", 2)
    calls, bring_batch = [], actions._bring

    def overtaken(*args):
        calls.append(args)
        if len(calls) == 2:
            import_orders(tmp_path / "till.csv", MAPPING, market_id=market.pk, actor=SYSTEM)
        return bring_batch(*args)

    monkeypatch.setattr(actions, "_bring", overtaken)
    with pytest.raises(LostRaceError, match="Another process imports the same file"):
        bring(MIXED)
    assert sold() == [("T-101", 538), ("T-102", 2000), ("T-C103", -250)]
    assert OrderLine.objects.count() == 4
    file = ImportedFile.objects.get()
    assert (file.imported, file.credited, file.rejected, file.skipped) == (3, 1, 7, 0)


def test_mark_done_outside_of_a_transaction_is_refused():
    class Autocommit:
        in_atomic_block = False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files.transaction, "get_connection", Autocommit)
        with pytest.raises(RuntimeError, match="transaction of the batch"):
            files.mark_done(ImportedFile(), 1, [])
