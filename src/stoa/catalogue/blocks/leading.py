"""Where the pages of products lead to, from their stored blocks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from stoa.catalogue.blocks.reading import referred_products
from stoa.catalogue.products.models import Product

# As links stand in JSON: their quotation marks may be escaped.
HREF = re.compile(r'href=\\?"(/[^"\\#?]*)')
PAGE_LINK = re.compile(r'linktype=\\?"page\\?"[^>]*?\bid=\\?"(\d+)|\bid=\\?"(\d+)\\?"[^>]*?linktype=\\?"page')
# What a body must hold to lead anywhere; most do not, and are not fetched.
_LEADS = ("href=", "linktype=", '"products"')


@dataclass(frozen=True, slots=True)
class Leading:
    """``paths`` of the shop, keys of content pages, keys of products that the page shows."""

    product_id: int
    paths: tuple[str, ...]
    page_ids: tuple[int, ...]
    product_ids: tuple[int, ...]


def leading_products() -> Iterator[Leading]:
    """What live products lead to, those alone that lead anywhere. One query."""
    holds = Q()
    for word in _LEADS:
        holds |= Q(text__contains=word)
    rows = Product.objects.filter(live=True).annotate(text=Cast(F("body"), TextField())).filter(holds).order_by("pk")
    for pk, text in rows.values_list("pk", "text").iterator(chunk_size=500):
        yield Leading(
            pk,
            tuple(dict.fromkeys(HREF.findall(text))),
            tuple(dict.fromkeys(page_ids(text))),
            tuple(referred_products(json.loads(text))) if '"products"' in text else (),
        )


def page_ids(text: str) -> Iterator[int]:
    """Of the content pages that links in a stored text mean."""
    return (int(match[1] or match[2]) for match in PAGE_LINK.finditer(text))
