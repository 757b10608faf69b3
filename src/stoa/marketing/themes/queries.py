from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage

from stoa.catalogue.media.queries import PictureView, picture_view
from stoa.marketing.themes import rules
from stoa.marketing.themes.models import Theme, ThemeFont
from stoa.marketing.themes.rules import Look, OwnFace

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

TAG = "theme"


@dataclass(frozen=True, slots=True)
class Dress:
    """What the head of a page says about its look. ``stylesheet``: its address, blank for a plain look."""

    stylesheet: str
    light: str
    dark: str
    favicon: PictureView | None
    # The shop's own typeface is fetched early only where it is used.
    uses_figtree: bool


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface that the merchant has brought. ``key`` is its value in a ``Look``."""

    id: int
    key: str
    name: str
    url: str


def look_of(market_id: int) -> Look:
    """What visitors see."""
    stored = Theme.objects.filter(market_id=market_id).values_list("look", flat=True).first()
    return rules.from_json(stored or {})


def draft_of(market_id: int) -> Look:
    """What is being tried out; where nothing is, what visitors see."""
    theme = Theme.objects.filter(market_id=market_id).first()
    if theme is None:
        return rules.PLAIN
    return rules.from_json(theme.draft if theme.draft is not None else theme.look)


def theme_of(market_id: int) -> Theme | None:
    return Theme.objects.select_related("favicon").filter(market_id=market_id).first()


def stylesheet(market: Market) -> str:
    """The CSS behind the shop's own; blank for a plain look."""
    return css_of(look_of(market.pk))


def css_of(look: Look) -> str:
    wanted = {
        face.removeprefix(rules.OWN_FACE) for face in (look.body, look.headings) if face.startswith(rules.OWN_FACE)
    }
    rows = ThemeFont.objects.filter(sha256__in=wanted) if wanted else ()
    return rules.stylesheet(look, {row.sha256: OwnFace(f"own-{row.sha256[:12]}", row.file.url) for row in rows})


def hash_of(css: str) -> str:
    return hashlib.sha256(css.encode()).hexdigest()[:16]


def dress(market_id: int) -> Dress:
    theme = theme_of(market_id)
    look = rules.from_json(theme.look if theme is not None else {})
    css = css_of(look)
    return Dress(
        stylesheet=f"/theme-{hash_of(css)}.css" if css else "",
        light=look.light.background,
        dark=look.dark.background,
        favicon=picture_view(theme.favicon) if theme is not None and theme.favicon is not None else None,
        uses_figtree="figtree" in (look.body, look.headings),
    )


def faces() -> list[Face]:
    return [
        Face(row.pk, rules.OWN_FACE + row.sha256, row.name, default_storage.url(row.file.name))
        for row in ThemeFont.objects.order_by("name", "id")
    ]
