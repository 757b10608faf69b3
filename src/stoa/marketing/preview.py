"""How a menu or a look would appear, before it is published: a sample page, made by the storefront."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from stoa.catalogue.markets.models import Market

# (request, market, menus by place or none, address of a style sheet or blank)
Renderer = Callable[["HttpRequest", "Market", dict[str, Any], str], "HttpResponseBase"]
_renderer: Renderer | None = None


def show_samples_with(renderer: Renderer) -> None:
    """The storefront calls this once, from its ``apps.ready()``."""
    global _renderer
    _renderer = renderer


def sample(
    request: HttpRequest, market: Market, *, menus: dict[str, Any] | None = None, stylesheet: str = ""
) -> HttpResponseBase:
    """``menus``: nodes by place, as ``menus.queries.nodes`` makes them; ``stylesheet``: put behind the shop's own."""
    request.is_preview = True  # type: ignore[attr-defined]
    if _renderer is None:
        return HttpResponse(status=404)
    return _renderer(request, market, menus or {}, stylesheet)
