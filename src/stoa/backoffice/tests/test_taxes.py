"""Rates by place, tables of them, and what is filed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from stoa.backoffice.insights.taxes import quarter_before
from stoa.backoffice.testing import client_of
from stoa.kernel import clock
from stoa.operations.models import TaxRate
from stoa.operations.testing import make_order, make_shop

pytestmark = pytest.mark.django_db


def words(html: bytes) -> str:
    main = HTMLParser(html.decode()).css_first("main")
    assert main is not None
    return " ".join(main.text(separator=" ").split())


def test_a_rate_of_a_province_is_written_and_found_by_its_name() -> None:
    make_shop()
    client, url = client_of("owner"), reverse("backoffice:tax_new")
    sent = {"country": "CA", "tax_class": "standard", "percent": "7", "valid_from": "2026-01-01", "label": "PST",
            "is_regional": "on"}  # fmt: skip
    refused = client.post(url, {**sent, "region": "Bavaria"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["region"])
    assert client.post(url, sent).status_code == 422
    assert client.post(url, {**sent, "region": "British Columbia"}).status_code == 302
    row = TaxRate.objects.get(country="CA", label="PST")
    assert (row.region, row.level, row.percent) == ("BC", "region", Decimal("7.000"))
    said = words(client.get(reverse("backoffice:taxes"), {"q": "british columbia"}).content)
    assert "Canada, British Columbia" in said
    assert "PST · " in said
    assert "Germany" not in said


def test_a_table_is_brought_in_and_what_was_left_out_is_said() -> None:
    make_shop()
    text = b"country,region,class,percent\nUS,NY,standard,4\nUS,Bavaria,standard,5\n"
    sent = {"file": SimpleUploadedFile("us.csv", text), "valid_from": "2026-01-01"}
    answer = client_of("owner").post(reverse("backoffice:tax_import"), sent, follow=True)
    said = words(answer.content) + " ".join(str(each) for each in answer.context["messages"])
    assert "1 new, 0 changed, 0 as they were." in said
    assert "1 left out. row 2: Bavaria is no state or province of US" in said
    assert TaxRate.objects.filter(country="US").count() == 1
    other = {"file": SimpleUploadedFile("x.csv", b"sku,price\nA,1\n"), "valid_from": "2026-01-01"}
    assert client_of("owner").post(reverse("backoffice:tax_import"), other).status_code == 422


def test_the_last_quarter_is_what_is_filed() -> None:
    assert quarter_before(date(2026, 1, 1)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert quarter_before(date(2026, 11, 24)) == (date(2026, 7, 1), date(2026, 9, 30))


def test_every_figure_of_the_report_opens_into_its_orders() -> None:
    shop = make_shop()
    with clock.at(datetime(2026, 3, 5, 12, tzinfo=UTC)):
        order = make_order(shop, {"MUG": 1})
    client, url = client_of("owner"), reverse("backoffice:tax_report")
    asked = {"first": "2026-03-01", "last": "2026-03-31"}
    page = HTMLParser(client.get(url, asked).content.decode())
    (line,) = page.css("table tbody tr")
    assert " ".join(line.text(separator=" ").split()) == "At home Germany · 19 % 1 0 €14.20 €2.70"
    link = line.css_first("a")
    assert link is not None
    opened = words(client.get(url + (link.attributes["href"] or "").replace(url, "")).content)
    assert f"#{order.number} " in opened
    sums = b"".join(client.get(reverse("backoffice:tax_report_export"), asked)).decode()  # type: ignore[call-overload]
    assert sums.splitlines()[1] == "domestic,DE,,19,,EUR,1,0,14.20,2.70"
    rows = b"".join(client.get(reverse("backoffice:tax_report_export"), {**asked, "of": "rows"})).decode()  # type: ignore[call-overload]
    assert rows.splitlines()[1].startswith(f"{order.number},2026-03-05T12:00:00+00:00,order,domestic,DE,,19,,EUR,")
    empty = client.get(url, {"first": "2024-01-01", "last": "2024-01-31"})
    assert "Nothing was sold in this period." in words(empty.content)
    wrong = client.get(url, {"first": "2026-03-31", "last": "2026-03-01"})
    assert wrong.status_code == 200
    assert "The period ends before it begins." in words(wrong.content)
