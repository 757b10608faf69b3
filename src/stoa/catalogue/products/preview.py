"""What an editor sees before publishing: the storefront's own page, made by the storefront."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from stoa.catalogue.markets.queries import market_for_host
from stoa.catalogue.products.pages import product_page_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stoa.catalogue.products.models import Product

Renderer = Callable[["HttpRequest", "Product"], HttpResponseBase]
TEMPLATE = "storefront/product.html"
_renderer: Renderer | None = None


def show_previews_with(renderer: Renderer) -> None:
    """Have ``renderer(request, product)`` answer previews; ``product`` may be a draft that was never saved.

    The storefront calls this once, from its ``apps.ready()``.
    """
    global _renderer
    _renderer = renderer


def render(request: HttpRequest, product: Product) -> HttpResponseBase:
    if _renderer is not None:
        return _renderer(request, product)
    page = product_page_of(product, market_for_host(request.get_host()))
    return TemplateResponse(request, TEMPLATE, {"page": page, "product": page, "is_preview": True})
