"""import, export, report, stock, staff and verify-books as somebody at a terminal, or a script, meets them."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from stoa.catalogue.markets.models import Market
from stoa.catalogue.products.models import Product
from stoa.config import command
from stoa.customers.identity.models import User
from stoa.exchange.testing import MAPPING, line, row_counts, write_csv
from stoa.inventory.stock.models import StockMove
from stoa.operations.orders.models import Order, OrderLine
from stoa.operations.testing import make_order, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _logs_as_they_are(monkeypatch):
    monkeypatch.setattr(command, "_set_up_logs", lambda: None)
    monkeypatch.setattr(command, "_set_up", lambda: None)


@pytest.fixture
def stoa(capsys):
    """Runs a command; gives exit code, output, complaint."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = command.main([str(argument) for argument in arguments])
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return run


@pytest.fixture
def till(tmp_path):
    (tmp_path / "map.toml").write_text(MAPPING)
    rows = [
        line("101", Text="=1+1"), line("101", price="0"), line("C102", qty="-1", Text="=cmd()"),
        line("103", qty="x", Text="=1"),
    ]  # fmt: skip
    return write_csv(tmp_path / "till.csv", rows)


def test_import_orders_into_a_shop_that_nobody_set_up(stoa, till):
    code, out, err = stoa("import", "orders", till, "--mapping", till.with_name("map.toml"), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "rows": 4, "imported": 1, "credited": 1, "rejected": 2, "skipped": 0, "before": 0, "dry_run": False,
        "reasons": {"the price is zero: nothing was sold": 1, "the quantity is no number: 'x'": 1},
    }  # fmt: skip
    assert Market.objects.get().currency == "EUR"
    code, out, err = stoa("report", "sales", "--by", "month", "--json")
    assert json.loads(out) == [{
        "month": "2024-03", "currency": "GBP", "orders": 1, "gross_minor": 250, "rounding_minor": "0",
        "credits_minor": -250, "net_minor": 0,
    }]  # fmt: skip


def test_a_dry_run_founds_no_shop(stoa, till):
    before = row_counts()
    code, out, _ = stoa("import", "orders", till, "--mapping", till.with_name("map.toml"), "--dry-run")
    assert code == 0
    assert "4 rows (dry run: nothing was written)" in out
    assert row_counts() == before


def test_the_account_of_every_row_is_inert_in_a_spreadsheet(stoa, till):
    account = till.with_name("account.csv")
    stoa("import", "orders", till, "--mapping", till.with_name("map.toml"), "--account", account)
    with account.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sorted((r["row"], r["outcome"], r["reason"]) for r in rows) == [
        ("1", "imported", ""),
        ("2", "rejected", "the price is zero: nothing was sold"),
        ("3", "credited", ""),
        ("4", "rejected", "the quantity is no number: 'x'"),
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_second_run_says_that_nothing_was_imported_again(stoa, till):
    arguments = ("import", "orders", till, "--mapping", till.with_name("map.toml"))
    stoa(*arguments)
    before = row_counts()
    code, out, _ = stoa(*arguments)
    assert (code, row_counts()) == (0, before)
    assert "nothing was imported again" in out


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b"a,b\n1,2\n", "has no column")])
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(stoa, till, content, words):
    till.write_bytes(content)
    code, out, err = stoa("import", "orders", till, "--mapping", till.with_name("map.toml"))
    assert (code, out) == (1, "")
    assert words in err
    assert "Traceback" not in err


def test_a_map_in_another_encoding_and_a_file_that_is_not_there(stoa, till):
    till.with_name("map.toml").write_bytes("# caf\xe9".encode("latin-1"))
    code, _, err = stoa("import", "orders", till, "--mapping", till.with_name("map.toml"))
    assert (code, err) == (1, "map.toml is not written in UTF-8\n")
    assert stoa("import", "orders", till, "--mapping", till.with_name("no.toml"))[0] == 1
    assert stoa("import", "products", till.with_name("no.csv"))[0] == 2


def test_report_orders(stoa):
    shop = make_shop()
    order = make_order(shop)
    code, out, _ = stoa("report", "orders", "--json")
    (row,) = json.loads(out)
    assert code == 0
    assert row == {
        "number": order.number, "status": "open", "payment_status": "unpaid", "email": "ada@example.com",
        "total_minor": 2890, "currency": "EUR", "placed_at": order.placed_at.isoformat(),
    }  # fmt: skip
    assert order.number in stoa("report", "orders")[1]


def test_reports_of_an_empty_shop(stoa):
    for name in ("orders", "stock", "sales"):
        assert stoa("report", name, "--json")[:2] == (0, "[]\n")
        assert stoa("report", name)[:2] == (0, "Nothing yet.\n")


def test_report_stock(stoa):
    make_order(make_shop())
    code, out, _ = stoa("report", "stock", "--sku", "MUG", "--json")
    assert (code, json.loads(out)) == (0, {"sku": "MUG", "on_hand": 8, "reserved": 0, "available": 8})
    assert [row["sku"] for row in json.loads(stoa("report", "stock", "--json")[1])] == ["BOOK", "MUG"]
    assert stoa("report", "stock", "--sku", "NOPE", "--json") == (1, "", "no stock is kept of NOPE\n")


def test_stock_set(stoa):
    make_shop()
    code, out, _ = stoa("stock", "set", "MUG", "3", "--reason", "counted in March")
    assert (code, out) == (0, "MUG: 3 on hand, 0 reserved, 3 available\n")
    move = StockMove.objects.latest("id")
    assert (move.quantity, move.reason, move.note) == (-7, "counted", "counted in March")
    for arguments in (("NOPE", "3"), ("MUG", "-4"), ("MUG", "3", "--location", "moon")):
        code, out, err = stoa("stock", "set", *arguments[:1], "--reason", "x", *arguments[2:], "--", *arguments[1:2])
        assert (code, out) == (1, "")
        assert err.strip()
    assert StockMove.objects.latest("id") == move


def test_verify_books(stoa):
    order = make_order(make_shop())
    code, out, _ = stoa("verify-books", "--json")
    report = json.loads(out)
    assert (code, report["clean"], report["findings"]) == (0, True, [])
    assert {"orders.goods", "stock.on_hand"} <= set(report["checks"])
    OrderLine.objects.filter(order=order).update(total_minor=1)
    code, out, _ = stoa("verify-books", "--json")
    report = json.loads(out)
    assert (code, report["clean"]) == (1, False)
    assert order.number in json.dumps(report["findings"])
    code, out, _ = stoa("verify-books")
    assert code == 1
    assert "FAILS  orders.goods" in out


def test_staff_add(stoa, monkeypatch):
    monkeypatch.setenv("STOA_STAFF_PASSWORD", "a long enough one 7")
    assert stoa("staff", "add", "ines@example.com", "--name", "Ines Keller") == (
        0,
        "ines@example.com may log in as owner\n",
        "",
    )
    user = User.objects.get()
    assert user.check_password("a long enough one 7")
    assert (user.is_staff, user.is_superuser, [g.name for g in user.groups.all()]) == (True, False, ["owner"])
    for arguments in (("ines@example.com",), ("nobody",), ("b@example.com", "--role", "king")):
        code, out, err = stoa("staff", "add", *arguments)
        assert (code, out) == (1, "")
        assert err.strip()
    monkeypatch.setenv("STOA_STAFF_PASSWORD", "short")
    assert stoa("staff", "add", "c@example.com")[0] == 1
    assert User.objects.count() == 1


def test_staff_add_asks_twice(stoa, monkeypatch):
    monkeypatch.delenv("STOA_STAFF_PASSWORD", raising=False)
    answers = iter(["one long password 1", "another password 2"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    assert stoa("staff", "add", "ines@example.com") == (1, "", "The two passwords differ.\n")
    assert User.objects.count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_goes_on_where_it_was(tmp_path):
    """A real process on a database of its own, killed with no chance to tidy up."""
    (tmp_path / "map.toml").write_text(MAPPING)
    count = 4000
    path = write_csv(
        tmp_path / "till.csv", [line(str(number), sku) for number in range(count) for sku in ("CUP", "POT")]
    )
    home = tmp_path / "home"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("STOA_")},
        "STOA_HOME": str(home), "STOA_DURABILITY": "fast", "DJANGO_SETTINGS_MODULE": "stoa.config.settings",
    }  # fmt: skip
    stoa = [sys.executable, "-m", "stoa.config.command"]
    subprocess.run([*stoa, "migrate"], env=environment, check=True, capture_output=True)
    arguments = [*stoa, "import", "orders", str(path), "--mapping", str(tmp_path / "map.toml"), "--json"]

    def orders() -> int:
        report = subprocess.run([*stoa, "report", "orders", "--json"], env=environment, check=True, capture_output=True)
        return len(json.loads(report.stdout))

    import sqlite3

    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    done = 0
    for _ in range(600):
        time.sleep(0.05)
        with sqlite3.connect(f"file:{home / 'stoa.sqlite3'}?mode=ro", uri=True) as database:
            done = (database.execute("SELECT max(done) FROM exchange_importedfile").fetchone() or [0])[0] or 0
        database.close()
        if done or process.poll() is not None:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert 0 < done <= count
    before = orders()
    assert before % 500 == 0
    finished = subprocess.run(arguments, env=environment, check=True, capture_output=True)
    account = json.loads(finished.stdout)
    assert (account["rows"], account["imported"], account["before"]) == (2 * count, 2 * count, 2 * before)
    assert orders() == count
    books = subprocess.run([*stoa, "verify-books", "--json"], env=environment, check=False, capture_output=True)
    assert json.loads(books.stdout)["findings"] == []
    assert home != settings.STOA_HOME
    assert (Order.objects.count(), Product.objects.count()) == (0, 0)
