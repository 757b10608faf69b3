from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from stoa.catalogue.markets import queries as markets
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge
from stoa.marketing.themes import rules, woff2
from stoa.marketing.themes.errors import FontInUseError, FontInvalidError, ThemeUnreadableError
from stoa.marketing.themes.models import Theme, ThemeFont
from stoa.marketing.themes.queries import TAG
from stoa.marketing.themes.rules import Look

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


@transaction.atomic
def try_out(market_id: int, look: Look, *, actor: Actor) -> Theme:
    """Keep a look as the draft that the preview shows. Only a readable one is kept: raises ThemeUnreadableError."""
    _check(look)
    theme = _locked(market_id)
    theme.draft = rules.as_json(look)
    theme.changed_at = clock.now()
    theme.save(update_fields=["draft", "changed_at"])
    record(actor, "theme.drafted", "theme", theme.pk, market=market_id)
    return theme


@transaction.atomic
def publish_theme(market_id: int, *, actor: Actor) -> Theme:
    """Show visitors the draft. Without one nothing happens. Raises ThemeUnreadableError."""
    theme = _locked(market_id)
    if theme.draft is None:
        return theme
    _check(rules.from_json(theme.draft))
    return _put_on(theme, rules.from_json(theme.draft), "theme.published", actor)


@transaction.atomic
def set_theme(market_id: int, look: Look, *, actor: Actor) -> Theme:
    """Show visitors a look at once. Raises ThemeUnreadableError."""
    _check(look)
    return _put_on(_locked(market_id), look, "theme.published", actor)


@transaction.atomic
def reset_theme(market_id: int, *, actor: Actor) -> Theme:
    """Back to the look that the shop comes with. ``take_back`` brings the other one back."""
    return _put_on(_locked(market_id), rules.PLAIN, "theme.reset", actor)


@transaction.atomic
def take_back(market_id: int, *, actor: Actor) -> Theme:
    """Show again what was seen before the last publishing. Without that nothing happens."""
    theme = _locked(market_id)
    if theme.before is None:
        return theme
    return _put_on(theme, rules.from_json(theme.before), "theme.taken_back", actor)


@transaction.atomic
def discard_draft(market_id: int, *, actor: Actor) -> Theme:
    theme = _locked(market_id)
    if theme.draft is not None:
        theme.draft = None
        theme.save(update_fields=["draft"])
        record(actor, "theme.discarded", "theme", theme.pk, market=market_id)
    return theme


@transaction.atomic
def set_favicon(market_id: int, picture_id: int | None, *, actor: Actor) -> Theme:
    """The small picture in the browser's tab. None: the one that the shop comes with."""
    theme = _locked(market_id)
    if theme.favicon_id != picture_id:
        theme.favicon_id = picture_id
        theme.save(update_fields=["favicon"])
        record(actor, "theme.favicon_set", "theme", theme.pk, market=market_id, picture=picture_id)
        purge(TAG)
    return theme


@transaction.atomic
def add_font(name: str, data: bytes, *, actor: Actor) -> ThemeFont:
    """Keep a typeface that the merchant brings. The same bytes are kept once. Raises FontInvalidError."""
    if problem := woff2.problem_of(data):
        raise FontInvalidError(_("It is larger than 400 kB.") if problem == "size" else None, problem=problem)
    sha256 = hashlib.sha256(data).hexdigest()
    known = ThemeFont.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    font = ThemeFont(name=" ".join(name.split())[:60] or "Typeface", sha256=sha256, added_at=clock.now())
    font.file.save(f"{sha256[:24]}.woff2", ContentFile(data), save=False)
    font.save()
    record(actor, "font.added", "font", font.pk, name=font.name, bytes=len(data))
    return font


@transaction.atomic
def remove_font(font_id: int, *, actor: Actor) -> None:
    """Raises FontInUseError, NotFoundError."""
    font = ThemeFont.objects.select_for_update().filter(pk=font_id).first()
    if font is None:
        raise NotFoundError
    key = rules.OWN_FACE + font.sha256
    for theme in Theme.objects.all():
        looks = (theme.look, theme.draft or {}, theme.before or {})
        if any(key in (look.get("body"), look.get("headings")) for look in looks):
            raise FontInUseError
    file = font.file
    font.delete()
    record(actor, "font.removed", "font", font_id, name=font.name)
    transaction.on_commit(lambda: file.delete(save=False))


def _check(look: Look) -> None:
    """A look that is put on passes every pair, whoever asks for it. Raises ThemeUnreadableError."""
    if failures := rules.failures(look):
        raise ThemeUnreadableError(
            failures=[
                (each.scheme, each.pair.front, each.pair.back, rules.shown_ratio(each.ratio)) for each in failures
            ]
        )


def _locked(market_id: int) -> Theme:
    """Raises NotFoundError."""
    if markets.market_by_id(market_id) is None:
        raise NotFoundError
    theme, _is_new = Theme.objects.select_for_update().get_or_create(market_id=market_id)
    return theme


def _put_on(theme: Theme, look: Look, verb: str, actor: Actor) -> Theme:
    stored = {} if look == rules.PLAIN else rules.as_json(look)
    theme.before, theme.look, theme.draft = theme.look, stored, None
    theme.changed_at = clock.now()
    theme.save(update_fields=["before", "look", "draft", "changed_at"])
    record(actor, verb, "theme", theme.pk, market=theme.market_id, before=theme.before, after=stored)
    purge(TAG)
    return theme
