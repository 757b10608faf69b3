"""Goods for tests, of this room and of those above."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from typing import Any

from PIL import Image

from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.categories.queries import CategoryNode, category_by_id
from stoa.catalogue.markets.actions import create_market
from stoa.catalogue.markets.models import Market
from stoa.catalogue.media.actions import store_picture
from stoa.catalogue.media.models import Picture
from stoa.catalogue.products.actions import create_product
from stoa.catalogue.products.data import OptionData, PictureData, ProductData, VariantData
from stoa.catalogue.products.models import Product, Variant
from stoa.kernel.actors import SYSTEM

_numbers = itertools.count(1)


def make_market(code: str = "default", **fields: Any) -> Market:
    """A market in euros that delivers to a few countries, prices including tax."""
    values: dict[str, Any] = {
        "shop_name": "Test shop", "email": "shop@example.org", "currency": "EUR", "default_country": "DE",
        "countries": ["DE", "AT", "FR", "GB", "CH", "US"], **fields,
    }  # fmt: skip
    return create_market(code, actor=SYSTEM, **values)


def any_market() -> Market:
    """The default market, made if there is none."""
    return Market.objects.select_related("price_list").filter(is_default=True).first() or make_market()


def make_product(
    title: str = "",
    price_minor: int | None = 1990,
    variants: int | Sequence[VariantData] = 1,
    *,
    market: Market | None = None,
    options: Sequence[OptionData] = (),
    **fields: Any,
) -> Product:
    """A live product. ``variants`` is how many (sizes 1, 2, ... at the same price), or the variants themselves.

    ``fields`` are those of ``ProductData``. ``product.variants.all()`` has the rows.
    """
    number = next(_numbers)
    if isinstance(variants, int):
        sizes = tuple(str(size) for size in range(1, variants + 1)) if variants > 1 else ()
        options = (OptionData("Size", sizes),) if sizes else ()
        variants = [
            VariantData(sku=f"T{number}-{size}" if size else f"T{number}", price_minor=price_minor, cost_minor=500,
                        cost_currency="EUR", option_values=(size,) if size else ())
            for size in sizes or ("",)
        ]  # fmt: skip
    data = ProductData(title=title or f"Product {number}", variants=variants, options=options, **fields)
    return create_product(data, actor=SYSTEM, market=market or any_market())


def make_variant(title: str = "", price_minor: int | None = 1990, **fields: Any) -> Variant:
    """The only variant of a new product."""
    return make_product(title, price_minor, **fields).variants.get()


def make_category(name: str = "", parent: CategoryNode | None = None) -> CategoryNode:
    row = create_category(name or f"Category {next(_numbers)}", actor=SYSTEM, parent_id=parent.id if parent else None)
    node = category_by_id(row.pk)
    assert node is not None  # noqa: S101
    return node


def picture_bytes(width: int = 60, height: int = 75, colour: str = "teal", kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def make_picture(width: int = 60, height: int = 75, colour: str = "") -> Picture:
    """A stored picture without renditions."""
    # Far enough apart that no two make the same JPEG.
    shade = colour or f"#{next(_numbers) * 2654435761 % 2**24:06x}"
    return store_picture(
        picture_bytes(width, height, shade), "Picture", SYSTEM, alt="A test picture", make_renditions=False
    )


def with_picture(picture: Picture, alt: str = "") -> PictureData:
    return PictureData(picture.pk, alt)
