from __future__ import annotations

import csv

import pytest
from django.db import transaction

from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.products.data import OptionData, VariantData, text_block
from stoa.catalogue.products.models import Product
from stoa.catalogue.testing import make_market, make_product
from stoa.config import command
from stoa.inventory.testing import make_location, stock
from stoa.kernel.actors import SYSTEM
from stoa.operations.testing import make_order, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _logs_as_they_are(monkeypatch):
    monkeypatch.setattr(command, "_set_up_logs", lambda: None)
    monkeypatch.setattr(command, "_set_up", lambda: None)


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def fill(market):
    top = create_category("Home", actor=SYSTEM)
    cups = create_category("Cups, > pots", actor=SYSTEM, parent_id=top.pk)
    mug = make_product(
        "=Mug", market=market, slug="mug", brand="Kiln", tags=["red, blue", "new"], categories=[cups.pk], tax_class="zero",
        body=[text_block("<p>Holds <b>tea</b>.</p>")], seo_title="Mugs", options=[OptionData("Size", ("S", "L"))],
        variants=[
            VariantData(sku="MUG-S", option_values=("S",), price_minor=1200, compare_at_minor=1500, cost_minor=501,
                        cost_currency="EUR", barcode="0123", weight_grams=300),
            VariantData(sku="MUG-L", option_values=("L",), price_minor=1450),
        ],
    )  # fmt: skip
    stock(mug.variants.get(sku="MUG-S"), 7)
    stock(mug.variants.get(sku="MUG-L"), 0)
    make_product(
        "Talk", market=market, kind="digital", publish=False,
        variants=[VariantData(sku="TALK", price_minor=900, is_stock_tracked=False)],
    )  # fmt: skip


def test_products_come_back_as_they_left(tmp_path):
    market = make_market()
    make_location(market)
    empty = transaction.savepoint()
    fill(market)
    assert command.main(["export", "products", str(tmp_path / "one.csv")]) == 0
    transaction.savepoint_rollback(empty)
    assert Product.objects.count() == 0
    assert command.main(["import", "products", str(tmp_path / "one.csv")]) == 0
    assert command.main(["export", "products", str(tmp_path / "two.csv")]) == 0
    small, large, talk = rows_of(tmp_path / "one.csv")
    assert (small["Title"], small["Type"], small["Variant SKU"]) == ("'=Mug", "Home > Cups, \\> pots", "MUG-S")
    assert (small["Variant Price"], small["Variant Compare At Price"], small["Cost per item"]) == (
        "12.00",
        "15.00",
        "5.01",
    )
    assert (large["Title"], large["Handle"], large["Variant Inventory Qty"]) == ("", "mug", "0")
    assert (talk["Status"], talk["Variant Inventory Tracker"]) == ("draft", "")
    assert (tmp_path / "two.csv").read_text() == (tmp_path / "one.csv").read_text()
    assert Product.objects.get(slug="mug").title == "=Mug"
    assert (tmp_path / "one.csv").stat().st_mode & 0o077 == 0


def test_orders_a_row_a_line(tmp_path, capsys):
    order = make_order(make_shop(), {"MUG": 2, "BOOK": 1}, name="=Ada")
    assert command.main(["export", "orders", str(tmp_path / "orders.csv")]) == 0
    assert capsys.readouterr().out.startswith("2 rows in ")
    mug, book = rows_of(tmp_path / "orders.csv")
    assert (mug["number"], mug["name"], mug["sku"], mug["quantity"]) == (order.number, "'=Ada", "MUG", "2")
    assert (mug["unit_price"], mug["line_total"], book["line_total"], mug["order_total"]) == (
        "12.00",
        "24.00",
        "20.00",
        "48.90",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_products_of_a_shop_that_nobody_set_up(tmp_path, capsys):
    assert command.main(["export", "products", str(tmp_path / "one.csv")]) == 1
    assert "has not been set up" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
