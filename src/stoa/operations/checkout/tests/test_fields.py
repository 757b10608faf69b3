from __future__ import annotations

from dataclasses import asdict

import pytest

from stoa.operations.checkout.asked.rules import SMALLEST, FieldRules
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


@pytest.mark.parametrize("field", sorted(set(MAX_LENGTHS) - {"country", "email", "phone"}))
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


NO_NUMBER = "Please enter a telephone number such as 030 123456, or +49 30 123456 from abroad."


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("030 123456", "DE", "+4930123456"),
        ("(0)171/12 34 567", "DE", "+491711234567"),
        ("01 42 68 53 00", "FR", "+33142685300"),
        ("+49 30 123456", "FR", "+4930123456"),
        ("0049 30 123456", "FR", "+4930123456"),
        ("  ", "DE", ""),
    ],
)
def test_a_phone_number_is_one_of_the_address_and_kept_internationally(typed: str, country: str, kept: str) -> None:
    assert clean({**asdict(BUYER), "phone": typed, "country": country}, COUNTRIES).phone == kept


@pytest.mark.parametrize("typed", ["1", "ask my neighbour", "ä" * 40, "030 123456 ext. 7", "+999 1234567", "0" * 40])
def test_what_cannot_be_called_is_said_at_its_field(typed: str) -> None:
    assert refused(phone=typed) == {"phone": NO_NUMBER}


def test_a_phone_number_that_is_too_long_is_refused_not_cut() -> None:
    assert refused(phone="0" * 41) == {"phone": "Please use at most 40 characters."}


def test_a_field_that_is_off_is_neither_checked_nor_kept() -> None:
    typed = {**asdict(BUYER), "phone": "no number", "line2": "x", "note": "y" * 3000}
    fields = clean(typed, COUNTRIES, rules=FieldRules(phone="off", line2="off", note="off"))
    assert (fields.phone, fields.line2, fields.note, fields.line1) == ("", "", "", BUYER.line1)


def test_a_field_that_is_required_must_be_filled() -> None:
    with pytest.raises(FieldErrors) as caught:
        clean(asdict(BUYER), COUNTRIES, rules=FieldRules(phone="required", line2="required", note="required"))
    assert caught.value.errors == dict.fromkeys(("phone", "line2", "note"), "Please fill this in.")


def test_files_need_an_address_only_where_the_shop_says_so() -> None:
    typed = {
        "email": "ada@example.com",
        "name": "Ada",
        "country": "DE",
        "line1": "Weg 1",
        "city": "Ulm",
        "postal_code": "1",
    }
    kept = clean(typed, COUNTRIES, needs_delivery=False, rules=SMALLEST)
    assert (kept.line1, kept.city, kept.postal_code) == ("", "", "1")
    assert clean(typed, COUNTRIES, rules=SMALLEST).line1 == "Weg 1"
    short = {name: typed[name] for name in ("email", "name", "country")}
    assert clean(short, COUNTRIES, needs_delivery=False).line1 == ""
    with pytest.raises(FieldErrors) as caught:
        clean(short, COUNTRIES, needs_delivery=False, rules=FieldRules(unsent_address="required", line2="required"))
    assert set(caught.value.errors) == {"line1", "postal_code", "city", "line2"}
