from __future__ import annotations

from decimal import Decimal

import pytest

from stoa.exchange.products.shapes import (
    ProductFaultError,
    decimal_of,
    measure_of,
    paragraphs,
    sku_of,
    split_list,
    whole_of,
)


@pytest.mark.parametrize(("text", "number"), [
    ("", None), ("0", "0"), ("12.5", "12.5"), (" 12 ", "12"), ("12,50", "12.50"), ("+3", "3"), (".5", "0.5"), ("1e2", "100"),
])  # fmt: skip
def test_prices(text, number):
    assert decimal_of(text, "the price") == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    "text", ["-1", "1e9", "x", "NaN", "inf", "1_0", "１", "1,299", "€5", "5 €", "0x10", "1.2.3", "=5"]
)
def test_what_is_no_price(text):
    with pytest.raises(ProductFaultError, match="the price"):
        decimal_of(text, "the price")


def test_counts():
    assert [whole_of(text, "the stock") for text in ("", "5", "-3", "5.0")] == [None, 5, -3, 5]
    for text in ("1.5", "x", "1000000000"):
        with pytest.raises(ProductFaultError, match="the stock"):
            whole_of(text, "the stock")


def test_measures():
    assert [measure_of(text, "the weight", Decimal("453.59237")) for text in ("", "0", ".5", "2")] == [
        None,
        None,
        227,
        907,
    ]
    with pytest.raises(ProductFaultError, match="the weight is out of range"):
        measure_of("900000000", "the weight", Decimal(10))


def test_a_sku_is_never_shortened():
    assert (sku_of("'0123"), sku_of("x" * 80)) == ("0123", "x" * 80)
    with pytest.raises(ProductFaultError):
        sku_of("x" * 81)


def test_lists():
    assert split_list(" a, b ,,c\\, d ") == ["a", "b", "c, d"]
    assert split_list("Home > Cups", ">") == ["Home", "Cups"]


@pytest.mark.parametrize(("text", "html"), [
    ("", ""),
    ("One.\nStill one.\n\nTwo & <3", "<p>One.<br>Still one.</p><p>Two & <3</p>"),
    ("A & B > C", "<p>A &amp; B &gt; C</p>"),
    ("<p>Ready</p>\n\n<p>made</p>", "<p>Ready</p>\n\n<p>made</p>"),
    ("<b>bold</b>\n\nend", "<p><b>bold</b></p><p>end</p>"),
])  # fmt: skip
def test_plain_text_gets_paragraphs(text, html):
    assert paragraphs(text) == html
