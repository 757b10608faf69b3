from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from stoa.catalogue.markets.actions import ensure_tax_classes
from stoa.catalogue.prices.queries import tax_classes
from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge
from stoa.operations.tax.data_file import dated_rates
from stoa.operations.tax.errors import TaxRateInvalidError, TaxSettingsInvalidError
from stoa.operations.tax.matching import problem_of
from stoa.operations.tax.models import NetPriceGroup, TaxExemption, TaxRate, TaxSettings
from stoa.operations.tax.queries import TAG

NEW, CHANGED, SAME = "new", "changed", "same"
_FIELDS = ("country", "region", "postcode", "label", "valid_from")


@transaction.atomic
def load_rates() -> int:
    """Add the rates that come with the shop, where they are missing. The number of rows added.

    Rows that are there stay as they are, so a merchant's own word about a country, class and day holds.
    """
    ensure_tax_classes()
    before = TaxRate.objects.count()
    TaxRate.objects.bulk_create(
        (
            TaxRate(
                country=one.country, tax_class_id=one.tax_class_code, percent=one.percent, valid_from=one.valid_from,
                source=one.source, region=one.region, label=one.label, level=one.level,
            )
            for one in dated_rates()
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    added = TaxRate.objects.count() - before
    if added:
        purge(TAG, "market")
    return added


@dataclass(frozen=True, slots=True)
class RateData:
    """One row of the table of rates: see ``models.TaxRate``."""

    country: str
    tax_class_code: str
    percent: Decimal
    valid_from: date
    region: str = ""
    postcode: str = ""
    label: str = ""
    level: str = TaxRate.Level.COUNTRY
    source: str = ""


def set_rate(
    country: str,
    tax_class_code: str,
    percent: Decimal,
    valid_from: date,
    *,
    actor: Actor,
    source: str = "",
    **more: str,
) -> TaxRate:
    """Write the rate of a country and class from a day on, replacing a row of that day. Raises TaxRateInvalidError."""
    return write_rate(RateData(country, tax_class_code, percent, valid_from, source=source, **more), actor=actor)


@transaction.atomic
def write_rate(data: RateData, *, actor: Actor) -> TaxRate:
    """Write a row, replacing the one of the same area, tax, class and day. Raises TaxRateInvalidError."""
    check_rate(data)
    row, _ = TaxRate.objects.update_or_create(
        country=data.country, region=data.region, postcode=data.postcode, label=data.label,
        tax_class_id=data.tax_class_code, valid_from=data.valid_from,
        defaults={"percent": data.percent, "source": data.source[:200], "level": data.level},
    )  # fmt: skip
    record(actor, "tax_rate.set", "tax_rate", row.pk, **_facts(row))
    purge(TAG, "market")
    return row


@transaction.atomic
def write_rates(rows: Sequence[RateData], *, actor: Actor, name: str) -> tuple[str, ...]:
    """Write many rows that ``check_rate`` let pass, with one entry of the audit trail that says ``name``.

    What became of each, in their order: NEW, CHANGED or SAME. Of two for the same area, tax, class and day the later holds.
    """
    known = {_key(row): row for row in TaxRate.objects.filter(country__in={data.country for data in rows})}
    there = {row.pk for row in known.values()}
    outcomes, touched = [], {}
    for data in rows:
        row = known.get(_key(data))
        if row is None:
            row = known[_key(data)] = TaxRate(**{field: getattr(data, field) for field in _FIELDS})
            outcomes.append(NEW)
        elif (row.percent, row.level) == (data.percent, data.level):
            outcomes.append(SAME)
            continue
        else:
            outcomes.append(CHANGED)
        row.tax_class_id, row.percent, row.level, row.source = (
            data.tax_class_code, data.percent, data.level, data.source[:200]
        )  # fmt: skip
        touched[_key(data)] = row
    TaxRate.objects.bulk_create([row for row in touched.values() if row.pk not in there], batch_size=500)
    TaxRate.objects.bulk_update(
        [row for row in touched.values() if row.pk in there], ["percent", "level", "source"], batch_size=500
    )
    if touched:
        record(actor, "tax_rates.imported", "tax_rate", 0, name=name, rows=len(touched))
        purge(TAG, "market")
    return tuple(outcomes)


def _key(row: RateData | TaxRate) -> tuple[object, ...]:
    code = row.tax_class_code if isinstance(row, RateData) else row.tax_class_id
    return row.country, row.region, row.postcode, row.label, code, row.valid_from


def check_rate(data: RateData, classes: Container[str] | None = None) -> None:
    """Raises TaxRateInvalidError with the field. ``classes``: the codes that there are, where the caller has them."""
    country, percent = data.country, data.percent
    if len(country) != 2 or not country.isascii() or not country.isalpha() or not country.isupper():
        raise TaxRateInvalidError(field="country")
    if not percent.is_finite() or not 0 <= percent < 100 or percent != percent.quantize(Decimal("0.001")):
        raise TaxRateInvalidError(field="percent")
    if data.tax_class_code not in (class_codes() if classes is None else classes):
        raise TaxRateInvalidError(field="tax_class")
    if len(data.region) > 10 or data.region != data.region.strip().upper():
        raise TaxRateInvalidError(field="region")
    if len(data.postcode) > 200 or (data.postcode and problem_of(data.postcode)):
        raise TaxRateInvalidError(field="postcode")
    if len(data.label) > 40:
        raise TaxRateInvalidError(field="label")
    if data.level not in TaxRate.Level.values or (data.level == TaxRate.Level.REGION and not data.region):
        raise TaxRateInvalidError(field="level")


def class_codes() -> frozenset[str]:
    return frozenset(tax_classes().values_list("pk", flat=True))


@transaction.atomic
def remove_rate(rate_id: int, *, actor: Actor) -> None:
    """Take a row away: the rate before it holds on. Raises NotFoundError."""
    row = TaxRate.objects.filter(pk=rate_id).first()
    if row is None:
        raise NotFoundError
    record(actor, "tax_rate.removed", "tax_rate", row.pk, **_facts(row))
    row.delete()
    purge(TAG, "market")


def _facts(row: TaxRate) -> dict[str, str]:
    return {
        "country": row.country, "tax_class": row.tax_class_id, "percent": str(row.percent),
        "valid_from": row.valid_from.isoformat(),
        **{name: value for name in ("region", "postcode", "label") if (value := getattr(row, name))},
    }  # fmt: skip


SETTABLE = frozenset({
    "registrations", "home_region", "home_postcode", "is_oss", "taxes_at_origin", "export_deducts", "asks_vat_id",
    "rounding", "delivery_tax",
})  # fmt: skip


@transaction.atomic
def set_tax_settings(market_id: int, *, actor: Actor, **changes: Any) -> TaxSettings:
    """Change how a market is taxed. Raises TaxSettingsInvalidError with the field."""
    if unknown := set(changes) - SETTABLE:
        raise TypeError(f"there are no tax settings {', '.join(sorted(unknown))}")
    row = TaxSettings.objects.select_for_update().filter(pk=market_id).first() or TaxSettings(market_id=market_id)
    for name, value in changes.items():
        setattr(row, name, value)
    if not all(_is_registration(code) for code in row.registrations):
        raise TaxSettingsInvalidError(field="registrations")
    if row.rounding not in TaxSettings.Rounding.values:
        raise TaxSettingsInvalidError(field="rounding")
    if row.delivery_tax not in TaxSettings.DeliveryTax.values:
        raise TaxSettingsInvalidError(field="delivery_tax")
    row.registrations = sorted(set(row.registrations))
    row.save()
    record(actor, "tax_settings.changed", "market", market_id, fields=sorted(changes))
    purge(TAG, "market")
    return row


@transaction.atomic
def exempt_customer(
    customer_id: int, certificate: str, *, actor: Actor, valid_until: date | None = None
) -> TaxExemption:
    """From now on the customer pays no tax, on the strength of a certificate. Raises TaxSettingsInvalidError."""
    text = certificate.strip()[:200]
    if not text:
        raise TaxSettingsInvalidError(field="certificate")
    row, _ = TaxExemption.objects.update_or_create(
        customer_id=customer_id,
        defaults={"certificate": text, "valid_until": valid_until, "created_at": clock.now()},
    )
    record(actor, "customer.tax_exempt", "customer", customer_id, certificate=text)
    purge(TAG)
    return row


@transaction.atomic
def end_exemption(customer_id: int, *, actor: Actor) -> None:
    """Raises NotFoundError."""
    deleted, _ = TaxExemption.objects.filter(pk=customer_id).delete()
    if not deleted:
        raise NotFoundError
    record(actor, "customer.tax_exemption_ended", "customer", customer_id)
    purge(TAG)


@transaction.atomic
def show_net_prices(group_id: int, is_net: bool, *, actor: Actor) -> None:
    """Whether the customers of a group are shown prices without tax at the checkout."""
    if is_net:
        NetPriceGroup.objects.get_or_create(group_id=group_id)
    else:
        NetPriceGroup.objects.filter(pk=group_id).delete()
    record(actor, "customer_group.net_prices", "customer_group", group_id, is_net=is_net)
    purge(TAG)


def _is_registration(code: object) -> bool:
    if not isinstance(code, str):
        return False
    country, dash, region = code.partition("-")
    is_region = region.isascii() and region.isalnum() and region == region.upper() and len(region) <= 10
    return len(country) == 2 and country.isascii() and country.isalpha() and country.isupper() and (
        is_region if dash else country != "US"
    )  # fmt: skip
