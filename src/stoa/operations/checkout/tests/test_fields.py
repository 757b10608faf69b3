from __future__ import annotations

from dataclasses import asdict

import pytest

from stoa.operations.checkout.errors import FieldErrors
from stoa.operations.checkout.fields import MAX_LENGTHS, clean, is_email
from stoa.operations.orders.models import Order
from stoa.operations.testing import BUYER

COUNTRIES = ["DE", "FR", "GB", "IE"]


def refused(**typed: object) -> dict[str, str]:
    with pytest.raises(FieldErrors) as caught:
        clean({**asdict(BUYER), **typed}, COUNTRIES)
    return caught.value.errors


def test_what_is_typed_is_trimmed() -> None:
    fields = clean(
        {**asdict(BUYER), "name": "  Ada \t Lovelace ", "country": "de", "email": " ada@example.com "}, COUNTRIES
    )
    assert (fields.name, fields.country, fields.email) == ("Ada Lovelace", "DE", "ada@example.com")


def test_six_fields_are_needed_and_no_more() -> None:
    with pytest.raises(FieldErrors) as caught:
        clean({}, COUNTRIES)
    assert set(caught.value.errors) == {"email", "name", "line1", "postal_code", "city", "country"}


def test_a_country_without_postal_codes_needs_none() -> None:
    assert clean({**asdict(BUYER), "country": "IE", "postal_code": ""}, COUNTRIES).postal_code == ""
    assert set(refused(postal_code="")) == {"postal_code"}


@pytest.mark.parametrize("field", sorted(set(MAX_LENGTHS) - {"country", "email"}))
def test_what_is_too_long_is_refused_not_cut(field: str) -> None:
    limit = MAX_LENGTHS[field]
    assert getattr(clean({**asdict(BUYER), field: "ä" * limit}, COUNTRIES), field) == "ä" * limit
    assert refused(**{field: "ä" * (limit + 1)}) == {field: f"Please use at most {limit} characters."}
    assert set(refused(**{field: "x" * 10_000})) == {field}


def test_limits_are_those_of_the_columns() -> None:
    columns = {"note": None} | {
        field: Order._meta.get_field(field).max_length
        for field in MAX_LENGTHS
        if field != "note"  # type: ignore[union-attr]
    }
    assert columns == {**MAX_LENGTHS, "note": None}


@pytest.mark.parametrize(
    "hostile", ["A\x00da", "Ada\ud800", "Ada\r\nBcc: eve@example.com", "Ada\u202e", "Ada \u2028 x", "\x1bAda"]
)
def test_hostile_characters_do_not_survive(hostile: str) -> None:
    name = clean({**asdict(BUYER), "name": hostile}, COUNTRIES).name
    assert name.startswith("A")
    assert name.isprintable()
    name.encode()


def test_people_may_be_called_what_they_are_called() -> None:
    for name in ("Zoë 🎉", "李小龍", "O'Neil <script>", "=SUM(A1)", "{{7*7}}"):
        assert clean({**asdict(BUYER), "name": name}, COUNTRIES).name == name


def test_a_note_keeps_its_lines() -> None:
    assert clean({**asdict(BUYER), "note": "one\r\ntwo\n\nthree\x00"}, COUNTRIES).note == "one\ntwo\n\nthree"


@pytest.mark.parametrize("country", ["US", "D", "DEU", "", "🇩🇪", "d\x00x", "None", "\ud800"])
def test_only_countries_that_are_delivered_to(country: str) -> None:
    assert set(refused(country=country)) == {"country"}


@pytest.mark.parametrize("email", ["ada@example.com", "a+b.c@sub.example.co.uk", "x@münchen.example"])
def test_mail_addresses(email: str) -> None:
    assert is_email(email)


@pytest.mark.parametrize(
    "email",
    [
        "", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com\n", "ada@example.com\x00", "ada@exa\ud800mple.com", "🎉@example.com", "a@b@example.com",
        "ada@example.com, eve@example.com", "Ada <ada@example.com>", "x" * 250 + "@example.com", "ada@example.com\u2028"
    ],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(email: str) -> None:
    assert set(refused(email=email)) == {"email"}


@pytest.mark.parametrize("value", [None, 3, ["DE"], {"a": 1}, True])
def test_values_that_are_no_text_are_no_crash(value: object) -> None:
    assert "email" in refused(email=value)
