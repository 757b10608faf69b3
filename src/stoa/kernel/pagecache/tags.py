"""Which tags a response depends on: gathered while it is made."""

from __future__ import annotations

from django.http import HttpRequest


def tag(request: HttpRequest, *names: str) -> None:
    """Say that the page being made depends on these ("product:12", "catalogue"). Without ``cached_page`` it does nothing."""
    gathered: set[str] | None = getattr(request, "stoa_cache_tags", None)
    if gathered is not None:
        gathered.update(names)


def vary(request: HttpRequest, *names: str) -> None:
    """Say that these query parameters change the page too, beside those that its ``cached_page`` names. Always all that
    there are for the address, not only those of this request. Plain ASCII without blanks."""
    gathered: set[str] | None = getattr(request, "stoa_cache_query", None)
    if gathered is not None:
        gathered.update(names)
