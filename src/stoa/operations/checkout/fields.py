"""What buyers type into the checkout: trimmed, checked, and told apart field by field. Knows no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from stoa.kernel import phones
from stoa.kernel.web.text import clean_text
from stoa.operations.checkout.asked.rules import FieldRules
from stoa.operations.checkout.errors import FieldErrors

# Longest values, as the columns of an order have them.
MAX_LENGTHS = {
    "email": 254, "name": 200, "phone": 40, "line1": 200, "line2": 200, "postal_code": 20, "city": 120, "region": 120,
    "country": 2, "note": 2000,
}  # fmt: skip
# Countries with no postal codes, or hardly any in use (UPU addressing guide).
WITHOUT_POSTAL_CODE = frozenset({
    "AE", "AG", "AO", "AW", "BF", "BI", "BJ", "BO", "BS", "BW", "BZ", "CD", "CF", "CG", "CI", "CK", "CM", "DJ",
    "DM", "ER", "FJ", "GD", "GH", "GM", "GQ", "GY", "HK", "IE", "JM", "KI", "KM", "KN", "KP", "LC", "ML", "MO",
    "MR", "MW", "NR", "NU", "QA", "RW", "SB", "SC", "SL", "SR", "ST", "SY", "TF", "TG", "TK", "TL", "TO", "TT",
    "TV", "UG", "VU", "YE", "ZW",
})  # fmt: skip
EVERYTHING = FieldRules()


@dataclass(frozen=True, slots=True)
class BuyerFields:
    """Who buys and where it goes; every value trimmed and within its column."""

    email: str
    name: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country: str
    phone: str
    note: str


def clean(
    typed: Mapping[str, object],
    countries: Collection[str],
    *,
    needs_delivery: bool = True,
    rules: FieldRules = EVERYTHING,
) -> BuyerFields:
    """What was typed, without the fields that ``rules`` have off. The phone is E.164.

    Raises FieldErrors, with one message for every field that is missing, too long or impossible.
    """
    # One character more than is allowed is kept, so that what is too long is refused and not silently cut.
    values = {
        field: clean_text(str(typed.get(field) or ""), limit + 1, multiline=field == "note")
        for field, limit in MAX_LENGTHS.items()
    }
    values["country"] = values["country"].upper()
    values |= dict.fromkeys(rules.off(needs_delivery=needs_delivery), "")
    errors: dict[str, str] = {}
    for field, limit in MAX_LENGTHS.items():
        if len(values[field]) > limit:
            errors[field] = _("Please use at most %(count)d characters.") % {"count": limit}
    for field in rules.required(needs_delivery=needs_delivery):
        is_optional = field == "postal_code" and values["country"] in WITHOUT_POSTAL_CODE
        if not values[field] and not is_optional:
            errors[field] = _("Please fill this in.")
    if "email" not in errors and not is_email(str(typed.get("email") or "").strip(" ")):
        errors["email"] = _("Please enter an e-mail address such as name@example.com.")
    if "country" not in errors and values["country"] not in countries:
        errors["country"] = (
            _("Please choose one of the countries that we deliver to.")
            if needs_delivery
            else _("Please choose one of the countries that we sell to.")
        )
    if values["phone"] and "phone" not in errors:
        try:
            values["phone"] = phones.e164(values["phone"], values["country"])
        except phones.NoPhoneNumberError:
            errors["phone"] = _("Please enter a telephone number such as 030 123456, or +49 30 123456 from abroad.")
    if errors:
        raise FieldErrors(errors)
    return BuyerFields(**values)


def clean_country(typed: str) -> str:
    """The country as ``clean`` will have it, for what has to be known before."""
    return clean_text(typed, MAX_LENGTHS["country"] + 1).upper()


def is_email(value: str) -> bool:
    """Whether mail can be sent there. Control characters and blanks are refused, not removed: they are no slip."""
    if not value.isprintable() or " " in value:
        return False
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
