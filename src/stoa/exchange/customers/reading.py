"""People as the files of other systems tell of them: Shopify's columns of old and of today, WooCommerce's and its plug-ins',
Spree's, and whatever is called alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.tables import Row
from stoa.exchange.orders.countries import country_code
from stoa.exchange.products.columns import plain, table_of, translated, translation
from stoa.exchange.products.shapes import flag_of, split_list

_ADDRESS = {
    "first_name": ["first name", "firstname"], "last_name": ["last name", "lastname"], "company": ["company"],
    "line1": ["address1", "address 1", "address line 1", "street"], "line2": ["address2", "address 2", "address line 2"],
    "city": ["city", "town"], "region": ["province code", "state", "region", "state code"],
    "region_name": ["province"],
    "postal_code": ["zip", "postcode", "postal code", "zip code"], "country": ["country code"],
    "country_name": ["country", "country / region"],
    "phone": ["phone"], "name": ["name"],
}  # fmt: skip
_PREFIXES = {"default": ("default address", "address"), "billing": ("billing",), "shipping": ("shipping",)}


def _columns() -> dict[str, list[str]]:
    columns = {
        "email": ["e-mail", "email address", "user email", "customer email"],
        "first_name": ["first name", "firstname"], "last_name": ["last name", "lastname"],
        "name": ["full name", "display name", "customer name"], "phone": ["phone number", "mobile", "telephone"],
        "reference": ["customer id", "id", "user id"],
        "tags": ["tag"], "group": ["customer group", "role", "roles"], "note": ["notes", "comment"],
        "consent": ["accepts email marketing", "accepts marketing", "newsletter", "marketing consent", "opt in"],
        "sms_consent": ["accepts sms marketing"], "language": ["locale"], "tax_exempt": ["tax exempt"],
        "company": [],
    }  # fmt: skip
    for kind, prefixes in _PREFIXES.items():
        for part, names in _ADDRESS.items():
            columns[f"{kind}:{part}"] = [f"{prefix} {name}" for prefix in prefixes for name in names]
    for part in ("line1", "line2", "city", "region", "region_name", "postal_code", "country", "country_name"):
        # Without a word before them they are of the only address that there is.
        columns[f"default:{part}"] += _ADDRESS[part]
    return columns


COLUMNS = table_of(_columns())
# What is never taken over, whatever a file holds.
SECRETS = {plain(name) for name in ("password", "user pass", "password hash", "user_pass", "session_tokens")}
# Words for a group that say nothing.
_NO_GROUP = {"customer", "subscriber", "guest", "general", ""}


@dataclass(slots=True)
class SourceAddress:
    name: str
    line1: str
    city: str
    country: str
    line2: str = ""
    postal_code: str = ""
    region: str = ""
    phone: str = ""


@dataclass(slots=True)
class SourceCustomer:
    """``consent`` is what the file says about marketing, in words; nobody is opted in by it."""

    row: int
    email: str
    name: str = ""
    phone: str = ""
    reference: str = ""
    language: str = ""
    note: str = ""
    tags: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    consent: str = ""
    addresses: list[SourceAddress] = field(default_factory=list)
    fault: str = ""
    notes: list[str] = field(default_factory=list)


def check_header(header: Iterable[str], name: str) -> None:
    """Raises UnreadableFileError where nobody is known by an e-mail address."""
    ours = set(translation(header, COLUMNS).values())
    if "email" not in ours:
        raise UnreadableFileError(f"{name} has no column with e-mail addresses")


def remarks(header: Iterable[str]) -> list[str]:
    names = list(header)
    found = []
    if secret := [name for name in names if plain(name) in SECRETS]:
        found.append(f"passwords are never brought in ({', '.join(secret)}): people ask for a new one by e-mail")
    known = translation(names, COLUMNS)
    ours = set(known.values())
    if ours & {"consent", "sms_consent"}:
        found.append("consent to marketing is noted with each customer, and nobody is signed up by the import")
    ignored = [name for name in names if name not in known and plain(name) not in SECRETS]
    if ignored:
        found.append(f"columns that are not brought in: {', '.join(ignored)[:300]}")
    return found


def customers(rows: Iterable[Row], header: Iterable[str]) -> Iterator[SourceCustomer]:
    for row in translated(rows, translation(header, COLUMNS)):
        yield _customer(row)


def _customer(row: Row) -> SourceCustomer:
    name = _name(row, "") or _name(row, "billing:") or _name(row, "default:") or row["name"] or row["shipping:name"]
    customer = SourceCustomer(
        row=row.number,
        email=row["email"].strip().lower() if row["email"].isascii() else row["email"].strip(),
        name=name,
        # A telephone number in quotation marks is how spreadsheets are kept from counting with it.
        phone=_phone(row["phone"] or row["default:phone"] or row["billing:phone"]),
        reference=row["reference"].removeprefix("'"),
        language=row["language"][:12],
        note=row["note"],
        tags=split_list(row["tags"]),
        groups=[one for one in split_list(row["group"]) if one.lower() not in _NO_GROUP],
        consent=_consent(row),
        fault=row.fault,
    )
    for kind in ("default", "billing", "shipping"):
        address = _address(row, kind, name)
        if address is not None and address not in customer.addresses:
            customer.addresses.append(address)
    if flag_of(row["tax_exempt"]):
        customer.notes.append("is exempt from tax there: that is not brought in")
    return customer


def _consent(row: Row) -> str:
    said = [("e-mail", flag_of(row["consent"])), ("SMS", flag_of(row["sms_consent"]))]
    return ", ".join(f"{channel}: {'yes' if flag else 'no'}" for channel, flag in said if flag is not None)


def _name(row: Row, prefix: str) -> str:
    return " ".join(part for part in (row[f"{prefix}first_name"], row[f"{prefix}last_name"]) if part)


def _phone(text: str) -> str:
    return text.removeprefix("'").strip()


def _address(row: Row, kind: str, person: str) -> SourceAddress | None:
    if not row[f"{kind}:line1"]:
        return None
    name = _name(row, f"{kind}:") or row[f"{kind}:name"] or person
    company = row[f"{kind}:company"] or (row["company"] if kind == "default" else "")
    country = row[f"{kind}:country"] or row[f"{kind}:country_name"]
    return SourceAddress(
        name=f"{name}, {company}" if name and company else name or company,
        line1=row[f"{kind}:line1"],
        line2=row[f"{kind}:line2"],
        city=row[f"{kind}:city"],
        region=row[f"{kind}:region"] or row[f"{kind}:region_name"],
        postal_code=row[f"{kind}:postal_code"].removeprefix("'"),
        country=country.upper() if len(country) == 2 else country_code(country, {}),
        phone=_phone(row[f"{kind}:phone"]),
    )
