"""Support, policies, ways to pay and encryption, as the settings say, on every page."""

from __future__ import annotations

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from stoa.catalogue.markets.actions import update_market
from stoa.kernel.actors import SYSTEM
from stoa.marketing.audit.reading import read
from stoa.marketing.audit.schema import faults
from stoa.marketing.menus.actions import write_menu
from stoa.marketing.menus.rules import node
from stoa.operations.payments.actions import configure_method
from stoa.operations.testing import Shop
from stoa.storefront.content.models import LandingPage
from stoa.storefront.content.writing import block, write

PAGES = ["/", "/c/table/", "/p/the-mug/", "/delivery/", "/contact/", "/search/?q=mug", "/cart/", "/offer/"]
WEEK = [*([day, "09:00", "17:00"] for day in range(5)), [5, "10:00", "12:00"], [5, "13:30", "24:00"]]


@pytest.fixture
def staffed(shop: Shop) -> Shop:
    update_market(shop.market.pk, actor=SYSTEM, support_hours=WEEK)
    write(LandingPage, "offer", "Offer", actor=SYSTEM, body=[block("trust", None)])
    return shop


def footer(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200, address
    node = HTMLParser(response.content.decode()).css_first("footer")
    assert node is not None
    return " ".join(node.text(separator=" ").split())


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_when_people_answer_and_how_to_pay(staffed: Shop, address: str) -> None:
    said = footer(address)
    assert "Monday – Friday 09:00 – 17:00" in said
    assert "Saturday 10:00 – 12:00, 13:30 – 00:00" in said
    assert "Sunday" not in said
    assert "Times of Berlin" in said
    assert "+49 30 123" in said
    assert "Bank transfer" in said
    assert "Delivery" in said
    assert "TLS" not in said  # the address of the tests is not an encrypted one


def test_hours_speak_the_language_of_the_shop(staffed: Shop) -> None:
    update_market(staffed.market.pk, actor=SYSTEM, language="de")
    said = footer("/")
    assert "Montag – Freitag 09:00 – 17:00" in said


def test_only_what_is_offered_is_a_mark_and_only_https_is_encrypted(
    staffed: Shop, settings: pytest.FixtureRequest
) -> None:
    configure_method(staffed.market.pk, "bank_transfer", actor=SYSTEM, is_active=False)
    settings.STOA_BASE_URL = "https://testserver"
    said = footer("/delivery/")
    assert "Bank transfer" not in said
    assert "Encrypted connection (TLS)" in said


def test_a_shop_that_says_nothing_promises_nothing(shop: Shop) -> None:
    said = footer("/")
    assert "People answer" not in said
    assert "Times of" not in said


def test_search_engines_read_the_hours_of_the_contact(staffed: Shop) -> None:
    html = Client().get("/").content.decode()
    data = next(each for each in read(html).data if each["@type"] == "OnlineStore")
    assert list(faults(data)) == []
    point = data["contactPoint"]
    assert (point["@type"], point["telephone"]) == ("ContactPoint", "+49 30 123")
    days = [f"https://schema.org/{name}" for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")]
    saturday = ["https://schema.org/Saturday"]
    kind = "OpeningHoursSpecification"
    assert point["hoursAvailable"] == [
        {"@type": kind, "dayOfWeek": days, "opens": "09:00", "closes": "17:00"},
        {"@type": kind, "dayOfWeek": saturday, "opens": "10:00", "closes": "12:00"},
        {"@type": kind, "dayOfWeek": saturday, "opens": "13:30", "closes": "23:59"},
    ]


def test_the_contact_block_and_the_home_page_block_have_the_hours(staffed: Shop) -> None:
    for address in ("/contact/", "/offer/"):
        main = HTMLParser(Client().get(address).content.decode()).css_first("main")
        assert main is not None
        assert "Monday – Friday" in main.text()


def test_policies_that_the_footers_columns_lead_to_are_not_named_twice(staffed: Shop) -> None:
    column = node("help", "heading", label="Help")
    column["children"].append(node("a", "link", label="How it comes", address="/delivery/"))
    write_menu(staffed.market.pk, "footer", [column], actor=SYSTEM)
    html = Client().get("/").content.decode()
    links = [link.attributes["href"] for link in HTMLParser(html).css("footer a")]
    assert links.count("/delivery/") == 1
