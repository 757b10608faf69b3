from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from stoa.catalogue.markets.actions import ensure_tax_classes
from stoa.catalogue.prices.queries import tax_classes
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge
from stoa.operations.tax.data_file import dated_rates
from stoa.operations.tax.errors import TaxRateInvalidError
from stoa.operations.tax.models import TaxRate
from stoa.operations.tax.queries import TAG


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
                source=one.source,
            )
            for one in dated_rates()
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    added = TaxRate.objects.count() - before
    if added:
        purge(TAG, "market")
    return added


@transaction.atomic
def set_rate(
    country: str, tax_class_code: str, percent: Decimal, valid_from: date, *, actor: Actor, source: str = ""
) -> TaxRate:
    """Write the rate of a country and class from a day on, replacing a row of that day. Raises TaxRateInvalidError."""
    if len(country) != 2 or not country.isascii() or not country.isalpha() or not country.isupper():
        raise TaxRateInvalidError(field="country")
    if not percent.is_finite() or not 0 <= percent < 100 or percent != percent.quantize(Decimal("0.001")):
        raise TaxRateInvalidError(field="percent")
    if not tax_classes().filter(pk=tax_class_code).exists():
        raise TaxRateInvalidError(field="tax_class")
    row, _ = TaxRate.objects.update_or_create(
        country=country, tax_class_id=tax_class_code, valid_from=valid_from,
        defaults={"percent": percent, "source": source[:200]},
    )  # fmt: skip
    record(actor, "tax_rate.set", "tax_rate", row.pk, **_facts(row))
    purge(TAG, "market")
    return row


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
    }  # fmt: skip
