from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction
from wagtail.contrib.redirects.models import Redirect

from stoa.catalogue.markets.queries import base_url, default_market
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.web.text import is_storable
from stoa.marketing.addresses import queries, rules
from stoa.marketing.addresses.errors import RedirectInvalidError
from stoa.marketing.addresses.missing import Asked, buffer
from stoa.marketing.addresses.models import MissingAddress
from stoa.marketing.searching.rules import is_bot

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

flush = buffer.flush
# What machines look for on every server; nobody wants a redirect there.
_NOISE = (
    ".php",
    ".asp",
    ".aspx",
    ".env",
    ".git",
    ".cgi",
    ".bak",
    ".sql",
    "/wp-",
    "/.well-known",
    "/xmlrpc",
    "/vendor/",
)


def note_missing(market_id: int, path: str, *, linked_from: str = "", user_agent: str = "") -> None:
    """Count that nothing stood at an address. As cheap as a search; ``linked_from`` is a path of our own, or blank.

    Machines that look for holes are not counted; bots are, where one of our own pages led them.
    """
    lowered = path.lower()
    if len(path) > 300 or any(part in lowered for part in _NOISE) or not is_storable(path):
        return
    if is_bot(user_agent) and not linked_from:
        return
    buffer.add((market_id, path), Asked(1, linked_from[:300] if is_storable(linked_from) else ""))


@transaction.atomic
def save_redirect(source: str, target: str, *, actor: Actor) -> Redirect:
    """Have an address lead to another for good. What led to it before leads on directly; what it leads to is followed to
    its end. Raises RedirectInvalidError with the field."""
    planned = rules.plan([(1, source, target)], queries.leads(), _host(), queries.live_sources([source]))[0]
    if planned.outcome == "error":
        field = "source" if planned.problem in {"source", "page"} else "target"
        words = {"circle": "circle", "itself": "circle", "page": "page"}
        raise RedirectInvalidError(fields={field: words.get(planned.problem, "invalid")})
    row = _write([planned])[0]
    record(actor, "redirect.saved", "redirect", row.pk, source=planned.source, target=planned.target)
    return row


@transaction.atomic
def import_redirects(rows: list[tuple[int, str, str]], *, actor: Actor) -> list[rules.Planned]:
    """Write what ``queries.plan_import`` shows; lines with errors are left out. Returns the plan."""
    planned = queries.plan_import(rows)
    good = [each for each in planned if each.outcome in ("new", "changed")]
    _write(good)
    if good:
        record(
            actor,
            "redirects.imported",
            "redirect",
            "",
            count=len(good),
            errors=sum(p.outcome == "error" for p in planned),
        )
    return planned


def _write(planned: list[rules.Planned]) -> list[Redirect]:
    sources = [each.source for each in planned]
    old = {row.old_path: row for row in Redirect.objects.filter(site=None, old_path__in=sources)} if sources else {}
    written = []
    for each in planned:
        row = old.get(each.source) or Redirect(old_path=each.source, site=None)
        row.redirect_link, row.redirect_page, row.is_permanent = each.target, None, True
        row.save()
        written.append(row)
    _shorten({each.source: each.target for each in planned})
    MissingAddress.objects.filter(path__in=[v for s in sources for v in (s, f"{s}/")]).delete()
    return written


def _shorten(news: dict[str, str]) -> None:
    """What led to a source that leads on now goes where that goes."""
    changed = []
    for row in Redirect.objects.filter(redirect_page=None, site=None).exclude(old_path__in=news):
        following = rules.key(row.redirect_link)
        if following in news:
            row.redirect_link = news[following]
            changed.append(row)
    Redirect.objects.bulk_update(changed, ["redirect_link"], batch_size=500)


@transaction.atomic
def ignore_missing(address_id: int, *, actor: Actor) -> str:
    """Nothing should stand there: it leaves the list. Returns the path. Raises NotFoundError."""
    row = MissingAddress.objects.filter(pk=address_id).first()
    if row is None:
        raise NotFoundError
    MissingAddress.objects.filter(pk=address_id).update(ignored_at=clock.now())
    record(actor, "missing_address.ignored", "missing_address", address_id, path=row.path)
    return row.path


def _host() -> str:
    return urlsplit(base_url(default_market())).hostname or ""
