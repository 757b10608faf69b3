from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from stoa.storefront.shop import Shop, market_of


def shop(request: HttpRequest) -> dict[str, Any]:
    """``shop`` for templates: nothing personal, and nothing read until a template asks."""
    return {"shop": SimpleLazyObject(lambda: Shop(market_of(request), request))}
