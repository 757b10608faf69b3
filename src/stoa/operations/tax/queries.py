"""Tax rates by place, class and day, and how a market is taxed.

Covered: ``data/rates.toml`` (the EU's member states, the United Kingdom, Norway, Switzerland), ``data/canada.toml``, and
whatever rows a merchant adds or imports: the United States have none of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from stoa.kernel.pagecache import polling, purges
from stoa.operations.tax.matching import RateRow, RateTable, levies_at
from stoa.operations.tax.models import NetPriceGroup, TaxExemption, TaxRate, TaxSettings
from stoa.operations.tax.reckoning import Levy
from stoa.operations.tax.regimes import Place, Seller, Treatment

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

TAG = "tax"
STANDARD = "standard"
NO_LEVY = (Levy(Decimal(0)),)
# Country -> class -> rows.
Table = dict[str, dict[str, RateTable]]
NO_ROWS = RateTable()


@dataclass(frozen=True, slots=True)
class _Kept:
    table: Table
    settings: dict[int, TaxSettings]
    # Customer -> last day.
    exempt: dict[int, date | None]
    net_customers: bool


_kept: _Kept | None = None


def rate(country: str, tax_class_code: str, on: date) -> Decimal:
    """Percent of tax in ``country`` (ISO 3166, two letters) for a tax class on a day, such as ``Decimal("19.000")``,
    as if one were registered everywhere there. 0 for a country without rates."""
    return sum((levy.percent for levy in levies(Place(Treatment.DOMESTIC, country), tax_class_code, on)), Decimal(0))


def levies(place: Place, tax_class_code: str, on: date, table: Table | None = None) -> tuple[Levy, ...]:
    """The taxes on goods of a class at a place on a day, from ``table`` where the caller has read it (``table_of``).

    A class that the place has no row for is charged as standard."""
    if not place.is_taxed:
        return NO_LEVY
    classes = (table_of(place.country) if table is None else table).get(place.country, {})
    for code in (tax_class_code, STANDARD):
        near = classes.get(code, NO_ROWS).near(place.region, place.postal_code)
        found = levies_at(near, place.country, place.region, place.postal_code, on, place.levies)
        if found is not None:
            return found
    return NO_LEVY


def tax_settings(market: Market) -> TaxSettings:
    """The market's, or the defaults, not saved."""
    kept = _read_once()
    if kept is not None:
        return kept.settings.get(market.pk) or TaxSettings(market_id=market.pk)
    return TaxSettings.objects.filter(pk=market.pk).first() or TaxSettings(market_id=market.pk)


def seller_of(market: Market, settings: TaxSettings) -> Seller:
    return Seller(
        country=market.default_country,
        region=settings.home_region,
        postal_code=settings.home_postcode,
        registrations=frozenset(settings.registrations),
        is_oss=settings.is_oss,
        taxes_at_origin=settings.taxes_at_origin,
        export_deducts=settings.export_deducts,
    )


def is_exempt(customer_id: int | None, on: date) -> bool:
    """Whether a customer has a certificate that holds on that day."""
    if customer_id is None:
        return False
    kept = _read_once()
    if kept is not None:
        until = kept.exempt.get(customer_id, date.min)
    else:
        rows = TaxExemption.objects.filter(pk=customer_id).values_list("valid_until", flat=True)
        until = next(iter(rows), date.min)
    return until is None or until >= on


def sees_net_prices(customer_id: int | None) -> bool:
    """Whether a customer is in a group that is shown prices without tax."""
    kept = _read_once()
    if customer_id is None or (kept is not None and not kept.net_customers):
        return False
    return NetPriceGroup.objects.filter(group__customers__pk=customer_id).exists()


def net_group_ids() -> frozenset[int]:
    return frozenset(NetPriceGroup.objects.values_list("pk", flat=True))


def exemptions() -> QuerySet[TaxExemption]:
    return TaxExemption.objects.select_related("customer").order_by("customer_id")


def table_of(country: str) -> Table:
    """The rates of a country, or of all.

    What a transaction reads is not kept: it may roll back. It then reads its own country alone.
    """
    kept = _read_once()
    return kept.table if kept is not None else _read(TaxRate.objects.filter(country=country))


def _read_once() -> _Kept | None:
    """Everything about tax, kept in the process until something changes; None inside a transaction that has nothing."""
    global _kept
    polling.poll_if_due()
    kept = _kept
    if kept is not None:
        return kept
    if transaction.get_connection().in_atomic_block:
        return None
    since = purges.position()
    kept = _Kept(
        table=_read(TaxRate.objects.all()),
        settings={row.pk: row for row in TaxSettings.objects.all()},
        exempt=dict(TaxExemption.objects.values_list("pk", "valid_until")),
        net_customers=NetPriceGroup.objects.exists(),
    )
    if purges.is_current((TAG,), since):
        _kept = kept
    return kept


def _read(rows: QuerySet[TaxRate]) -> Table:
    steps: dict[tuple[str, str, str, str, str, str], list[tuple[date, Decimal]]] = {}
    ordered = rows.order_by("valid_from").values_list(
        "country", "tax_class_id", "region", "postcode", "label", "level", "valid_from", "percent"
    )
    for country, code, region, postcode, label, level, valid_from, percent in ordered:
        steps.setdefault((country, code, region, postcode, label, level), []).append((valid_from, percent))
    rows_by: dict[str, dict[str, list[RateRow]]] = {}
    for (country, code, region, postcode, label, level), dated in sorted(steps.items()):
        row = RateRow(region, postcode, label, level, tuple(dated))
        rows_by.setdefault(country, {}).setdefault(code, []).append(row)
    return {
        country: {code: RateTable(each) for code, each in by_class.items()} for country, by_class in rows_by.items()
    }


def _drop(purged: frozenset[str]) -> None:
    global _kept
    if TAG in purged:
        _kept = None


purges.listen(_drop)
