"""Sale prices that hold for some days."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stoa.catalogue.prices.actions import schedule_sale
from stoa.exchange.products.shapes import SourceProduct
from stoa.kernel import clock
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from stoa.exchange.products.writing import ProductWriter

# Of a sale that the file gives no end.
OPEN_END = timedelta(days=365)


def schedule(product: SourceProduct, ids: list[int], writer: ProductWriter) -> None:
    """Have the product's sales begin and end by themselves. What cannot be is noted with its row."""
    market, now = writer.market, clock.now()
    zone = ZoneInfo(market.timezone)
    rows: dict[tuple[datetime | None, datetime], dict[int, int]] = defaultdict(dict)
    for pk, variant in zip(ids, product.variants, strict=True):
        sale = variant.sale
        if sale is None:
            continue
        # The last day belongs to the sale.
        ends = _midnight(sale.ends + timedelta(days=1), zone) if sale.ends else now + OPEN_END
        starts = _midnight(sale.starts, zone) if sale.starts else None
        if ends <= now:
            product.note(variant.row, f"the sale ended on {sale.ends}: the regular price holds")
            continue
        if not sale.ends:
            product.note(variant.row, "the sale has no end in the file: it ends in a year")
        minor = writer.minor(sale.price)
        if minor is not None:
            rows[starts if starts and starts > now else None, ends][pk] = minor
    for (starts, ends), prices in rows.items():
        try:
            schedule_sale(
                product.title, market.price_list_id, prices, starts_at=starts, ends_at=ends, actor=writer.actor
            )
        except DomainError as refusal:
            product.note(product.rows[0], f"the sale is not brought in: {refusal.message}")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
