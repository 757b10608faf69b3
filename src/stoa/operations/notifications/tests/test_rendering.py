from __future__ import annotations

import time
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from stoa.operations.notifications.composing import KINDS, compose_order
from stoa.operations.notifications.order_facts import Line, OrderFacts, ShopFacts, option_text
from stoa.operations.notifications.queries import sample_order
from stoa.operations.notifications.rendering import one_line
from stoa.operations.notifications.wording import ACCOUNT_KINDS, ORDER_KINDS

SHOP = ShopFacts("Test shop", "https://shop.example", ["Test shop GmbH", "Marktplatz 1"], ["shop@example.com"])
FACTS = {"amount": "€49.80"}
NASTY = [
    "{{7*7}}", "{% load i18n %}", "{0.__class__}", "${7*7}", "{{ shop.name }}", "{% include 'x' %}", "{# no #}",
    "<script>alert(1)</script>", "<mj-text>x</mj-text>", "</td></tr></table>", '"><img src=x onerror=alert(1)>', "&lt;",
]  # fmt: skip


def sample() -> OrderFacts:
    return sample_order("EUR", is_paid=True)


def test_data_is_shown_as_typed_and_never_compiled() -> None:
    for nasty in NASTY:
        line = Line(nasty, nasty, 1, "€1", "€1")
        order = replace(sample(), name=nasty, address=[nasty], lines=[line], delivery=nasty)
        made = compose_order("order_received", replace(SHOP, name=nasty, legal=[nasty]), order, FACTS)
        assert nasty in made.text
        assert nasty in made.subject
        page = LexborHTMLParser(made.html)
        assert not page.css("script, img, [onerror]")
        assert nasty in page.body.text()
        assert "49</" not in made.html.replace("€4.90</", "")


@pytest.mark.parametrize("kind", sorted(ORDER_KINDS))
def test_every_mail_stands_alone(kind: str) -> None:
    """No picture, style, script or font from elsewhere; every link leads to the shop."""
    page = LexborHTMLParser(compose_order(kind, SHOP, sample(), FACTS).html)
    assert not page.css("img, script, iframe, link, object, form")
    for node in page.css("a[href]"):
        assert node.attributes["href"].startswith(("https://shop.example", "http://localhost", "http://testserver"))
    assert "url(" not in page.html
    assert page.css_first("html").attributes["lang"] == "en"


@pytest.mark.parametrize("kind", ["order_received", "order_cancelled"])
def test_every_section_keeps_the_width_of_the_mail(kind: str) -> None:
    html = compose_order(kind, SHOP, sample(), FACTS).html
    sections = sum(html.count(f'class="{name}"') for name in ("sheet", "head", "foot"))
    assert html.count("max-width:600px") == sections > 4
    assert "mj-include" not in html


def test_there_is_a_wording_for_every_kind() -> None:
    assert set(KINDS) == set(ORDER_KINDS) | set(ACCOUNT_KINDS)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Hello\r\nBcc: a@b.example", "Hello Bcc: a@b.example"),
        ("a\x00b\x7fc", "a b c"),
        ("one\u2028two\u2029three", "one two three"),
        ("left\u202eright", "leftright"),
        ("  much   space ", "much space"),
        ("half \ud83d pair", "half pair"),
        ("x" * 500, "x" * 200),
        ("Größe 😀", "Größe 😀"),
    ],
)
def test_a_header_is_one_line(given: str, shown: str) -> None:
    assert one_line(given) == shown


def test_options_read_well_in_any_form() -> None:
    pairs = [{"option": "Colour", "value": "Green"}, {"name": "Size", "value": "M"}]
    assert option_text(pairs) == "Colour: Green, Size: M"
    assert option_text(["Green", "M"]) == "Green, M"
    assert option_text([["Colour", "Green"]]) == "Colour: Green"
    assert option_text([]) == option_text(None) == option_text({}) == ""


def test_a_mail_costs_little() -> None:
    order = sample()
    compose_order("order_received", SHOP, order, FACTS)
    start = time.process_time()
    for _ in range(50):
        compose_order("order_received", SHOP, order, FACTS)
    assert (time.process_time() - start) / 50 < 0.005
