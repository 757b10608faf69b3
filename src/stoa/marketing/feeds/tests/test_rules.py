from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from stoa.kernel.money import Money
from stoa.marketing.feeds import rules, writing
from stoa.marketing.feeds.gtins import check_digit, gtin, gtin_problem

# From GS1's own examples and books, phones and groceries that everybody knows.
GOOD = [
    "4006381333931",
    "9783161484100",
    "0036000291452",
    "036000291452",
    "96385074",
    "10614141000415",
    "00614141000418",
]


@pytest.mark.parametrize("barcode", GOOD)
def test_gtins(barcode: str) -> None:
    assert gtin_problem(barcode) == ""
    assert gtin(barcode) == barcode


@pytest.mark.parametrize("barcode", GOOD)
def test_one_digit_wrong_is_found_in_any_place(barcode: str) -> None:
    for place, digit in enumerate(barcode):
        wrong = barcode[:place] + str((int(digit) + 1) % 10) + barcode[place + 1 :]
        assert gtin_problem(wrong) != "", wrong


@pytest.mark.parametrize(
    ("barcode", "problem"),
    [
        ("", "shape"), ("400638133393", "check_digit"), ("4006381333932", "check_digit"), ("ABC", "shape"), ("1234567", "shape"),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "shape"), ("0000000000000", "shape"),
        ("2000000000008", "restricted"), ("0200000000006", "restricted"), ("0400000000004", "restricted"),
        ("9900000000004", "restricted"), ("9812345678903", "restricted"), ("20000004", "restricted"),
        ("90614141000411", "restricted"),
    ],
)  # fmt: skip
def test_what_is_no_gtin(barcode: str, problem: str) -> None:
    if problem == "restricted":
        barcode = barcode[:-1] + check_digit(barcode[:-1])
    assert gtin_problem(barcode) == problem
    assert gtin(barcode) == ""


def test_spaces_and_hyphens_are_left_out() -> None:
    assert gtin("978-3-16-148410-0") == "9783161484100"


def test_how_a_variant_can_be_had() -> None:
    assert rules.offered_as(is_sellable=False, is_tracked=True, in_stock=5) == "out_of_stock"
    assert rules.offered_as(is_sellable=True, is_tracked=True, in_stock=0) == "backorder"
    assert rules.offered_as(is_sellable=True, is_tracked=True, in_stock=1) == "in_stock"
    assert rules.offered_as(is_sellable=True, is_tracked=False, in_stock=0) == "in_stock"


def test_plain_words() -> None:
    assert (
        rules.plain("<h2>Used  daily</h2><p>Fired &amp; glazed<br>by hand\x0b</p>")
        == "Used daily\nFired & glazed\nby hand"
    )
    assert rules.plain("") == ""
    assert rules.shortened("one two three", 9) == "one two…"
    assert rules.shortened("x" * 20, 9) == "x" * 8 + "…"
    assert rules.item_title("Cushion", ["Indigo", "M"]) == "Cushion, Indigo, M"
    assert len(rules.item_title("wide " * 60, [])) <= 150


def test_margin_bands_without_the_cost() -> None:
    band = [rules.margin_band(1000, cost, 20, 50) for cost in (None, 801, 800, 501, 500, 0)]
    assert band == ["", "low", "medium", "medium", "high", "high"]
    assert rules.margin_band(0, 0, 20, 50) == ""


def test_options_that_networks_know() -> None:
    assert rules.option_attributes(["farbe", "length", "size"], ["Rot", "2 m", "M"]) == (
        ("color", "Rot"),
        ("size", "M"),
    )


def item(**changes: object) -> rules.Item:
    made = rules.Item(
        id="MUG-1", group_id="", title="Mug & saucer", description="Fired <twice>, glazed once, and made to be used daily.",
        link="https://shop.example/p/mug/", images=("https://shop.example/a.jpg", "https://shop.example/b,c.jpg"),
        availability="in_stock", availability_date=None, price=Money(1200, "EUR"), sale_price=None, sale_starts_at=None,
        sale_ends_at=None, brand="Hafen", gtin="4006381333931", mpn="", google_category="2169", product_type="Table > Mugs",
        shipping=(rules.Shipping("DE", "Standard", Money(490, "EUR"), Money(5000, "EUR")),), weight_grams=350,
        options=(("color", "Blue"),), labels=("high margin", "regular"),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def elements(made: rules.Item) -> dict[str, str | None]:
    root = ET.fromstring(
        writing.google_start("Shop", "https://shop.example/", "") + writing.google_item(made) + writing.GOOGLE_END
    )
    found = root.find("channel/item")
    assert found is not None
    return {
        each.tag.removeprefix("{http://base.google.com/ns/1.0}"): each.text
        for each in found
        if each.tag[-8:] != "shipping"
    }


def test_an_item_for_google() -> None:
    assert elements(item()) == {
        "id": "MUG-1", "title": "Mug & saucer", "description": "Fired <twice>, glazed once, and made to be used daily.",
        "link": "https://shop.example/p/mug/", "image_link": "https://shop.example/a.jpg",
        "additional_image_link": "https://shop.example/b,c.jpg", "availability": "in_stock", "price": "12.00 EUR",
        "condition": "new", "brand": "Hafen", "gtin": "4006381333931", "google_product_category": "2169",
        "product_type": "Table > Mugs", "color": "Blue", "shipping_weight": "350 g", "custom_label_0": "high margin",
        "custom_label_1": "regular",
    }  # fmt: skip
    assert "<g:shipping><g:country>DE</g:country><g:service>Standard</g:service><g:price>4.90 EUR</g:price>" in (
        writing.google_item(item())
    )
    assert "<g:price>0.00 EUR</g:price>" in writing.google_item(item(price=Money(5000, "EUR")))


def test_a_reduced_item_tells_both_prices_and_until_when() -> None:
    made = item(
        sale_price=Money(900, "EUR"), sale_starts_at=datetime(2026, 3, 5, tzinfo=UTC),
        sale_ends_at=datetime(2026, 3, 9, 22, tzinfo=UTC),
    )  # fmt: skip
    found = elements(made)
    assert (found["price"], found["sale_price"]) == ("12.00 EUR", "9.00 EUR")
    assert found["sale_price_effective_date"] == "2026-03-05T00:00Z/2026-03-09T22:00Z"
    assert made.effective == Money(900, "EUR")
    assert "sale_price_effective_date" not in elements(item(sale_price=Money(900, "EUR")))


def test_a_backorder_tells_when() -> None:
    made = item(availability="backorder", availability_date=date(2026, 4, 1))
    assert elements(made)["availability_date"] == "2026-04-01T00:00Z"
    assert list(rules.item_problems(made)) == []
    assert [p.code for p in rules.item_problems(replace(made, availability_date=None))] == ["no_backorder_date"]


def test_without_a_makers_number_the_item_says_so() -> None:
    assert elements(item(gtin=""))["identifier_exists"] == "no"
    assert elements(item(gtin="", mpn="M1"))["mpn"] == "M1"
    assert "identifier_exists" not in elements(item(gtin="", mpn="M1"))


def test_yen_have_no_decimals() -> None:
    assert elements(item(price=Money(1200, "JPY"), shipping=()))["price"] == "1200 JPY"


def test_a_row_for_meta() -> None:
    made = item(title="=1+1 Mug", availability="out_of_stock", brand="@home")
    rows = list(csv.DictReader(io.StringIO(writing.meta_start() + writing.meta_item(made))))
    assert len(rows) == 1
    assert rows[0]["title"] == "1+1 Mug"
    assert rows[0]["brand"] == "home"
    assert rows[0]["availability"] == "out of stock"
    assert rows[0]["additional_image_link"] == "https://shop.example/b%2Cc.jpg"
    assert (rows[0]["price"], rows[0]["sale_price"], rows[0]["custom_label_0"]) == ("12.00 EUR", "", "high margin")


@pytest.mark.parametrize(
    ("changes", "code", "is_error"),
    [
        ({"title": ""}, "no_title", True),
        ({"description": ""}, "no_description", True),
        ({"description": "Short."}, "short_description", False),
        ({"images": ()}, "no_picture", True),
        ({"price": Money(0, "EUR")}, "no_price", True),
        ({"title": "BEST MUG EVER"}, "shouting_title", False),
        ({"gtin": ""}, "no_gtin", False),
        ({"brand": ""}, "no_brand", False),
        ({"google_category": ""}, "no_google_category", False),
    ],
)
def test_problems(changes: dict[str, object], code: str, is_error: bool) -> None:
    assert [(p.code, p.is_error) for p in rules.item_problems(item(**changes))] == [(code, is_error)]
    assert [p.code for p in rules.item_problems(item(gtin=""), "check_digit")] == ["gtin_check_digit"]
    assert list(rules.item_problems(item())) == []
