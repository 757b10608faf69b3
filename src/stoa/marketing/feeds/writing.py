"""Items as the networks read them: RSS 2.0 with Google's namespace, and rows for Meta. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from stoa.kernel.money import Money
from stoa.marketing.feeds.rules import META, MOST_PICTURES, Item

GOOGLE_END = "</channel>\n</rss>\n"
META_COLUMNS = (
    "id", "item_group_id", "title", "description", "availability", "condition", "price", "sale_price",
    "sale_price_effective_date", "link", "image_link", "additional_image_link", "brand", "gtin", "mpn",
    "google_product_category", "product_type", "color", "size", "material", "pattern", "shipping_weight", "custom_label_0",
    "custom_label_1",
)  # fmt: skip
# A spreadsheet would run a cell that begins so.
_FORMULA = "=+-@\t\r"


def google_start(title: str, link: str, description: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
        f"<title>{escape(title)}</title>\n<link>{escape(link)}</link>\n<description>{escape(description)}</description>\n"
    )


def google_item(item: Item) -> str:
    """An ``<item>`` on one line."""
    return f"<item>{''.join(_elements(item))}</item>\n"


def _elements(item: Item) -> Iterator[str]:
    pairs: list[tuple[str, str]] = [
        ("id", item.id), ("item_group_id", item.group_id), ("title", item.title), ("description", item.description),
        ("link", item.link), ("image_link", item.images[0] if item.images else ""),
        *(("additional_image_link", url) for url in item.images[1 : MOST_PICTURES + 1]),
        ("availability", item.availability), ("availability_date", _day(item)), ("price", amount(item.price)),
        ("sale_price", amount(item.sale_price)), ("sale_price_effective_date", _effective(item)),
        ("condition", "new"), ("brand", item.brand), ("gtin", item.gtin), ("mpn", item.mpn),
        ("identifier_exists", "" if has_identifier(item) else "no"),
        ("google_product_category", item.google_category), ("product_type", item.product_type),
        *item.options, ("shipping_weight", _weight(item)),
        *((f"custom_label_{number}", label) for number, label in enumerate(item.labels)),
    ]  # fmt: skip
    yield from (f"<g:{name}>{escape(value)}</g:{name}>" for name, value in pairs if value)
    for way in item.shipping:
        cost = amount(way.cost(item.effective))
        yield (
            f"<g:shipping><g:country>{escape(way.country)}</g:country><g:service>{escape(way.service)}</g:service>"
            f"<g:price>{cost}</g:price></g:shipping>"
        )


def has_identifier(item: Item) -> bool:
    """Whether the maker's own number is known: a GTIN, or brand and MPN."""
    return bool(item.gtin or (item.brand and item.mpn))


def amount(money: Money | None) -> str:
    """``12.00 EUR``; blank for none."""
    return f"{money.decimal} {money.currency}" if money is not None else ""


def _day(item: Item) -> str:
    if item.availability != "backorder" or item.availability_date is None:
        return ""
    return datetime.combine(item.availability_date, datetime.min.time(), UTC).strftime("%Y-%m-%dT%H:%MZ")


def _effective(item: Item) -> str:
    if item.sale_price is None or item.sale_starts_at is None or item.sale_ends_at is None:
        return ""
    return f"{_moment(item.sale_starts_at)}/{_moment(item.sale_ends_at)}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _weight(item: Item) -> str:
    return f"{item.weight_grams} g" if item.weight_grams else ""


def meta_start() -> str:
    return _row(META_COLUMNS)


def meta_item(item: Item) -> str:
    """A line of CSV."""
    options = dict(item.options)
    labels = [*item.labels, "", ""]
    return _row([
        item.id, item.group_id, _inert(item.title), _inert(item.description), META[item.availability], "new",
        amount(item.price), amount(item.sale_price), _effective(item), item.link, item.images[0] if item.images else "",
        ",".join(url.replace(",", "%2C") for url in item.images[1 : MOST_PICTURES + 1]), _inert(item.brand), item.gtin,
        _inert(item.mpn), item.google_category, _inert(item.product_type), _inert(options.get("color", "")),
        _inert(options.get("size", "")), _inert(options.get("material", "")), _inert(options.get("pattern", "")),
        _weight(item), labels[0], labels[1],
    ])  # fmt: skip


def _inert(text: str) -> str:
    return text.lstrip(_FORMULA) if text[:1] in _FORMULA else text


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
