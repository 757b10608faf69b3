"""A draft looked at as a phone would show it, and compared with what is live. Nothing is written."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from django.db import transaction

from stoa.catalogue.markets.errors import NoMarketError
from stoa.catalogue.markets.queries import base_url
from stoa.marketing.audit.rules import own_links
from stoa.marketing.phone import rules
from stoa.marketing.phone.reading import read
from stoa.marketing.phone.rules import Found, Verdict
from stoa.marketing.phone.source import drafts

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

log = structlog.get_logger(__name__)


def check(subject: Any) -> Verdict:
    """``subject``: a product or a content page with a draft's content. What is live is shown only if the draft has faults.

    A page that cannot be shown is a finding like any other. Where the check itself fails, nothing blocks, and the verdict
    says so: the shop must be able to publish, and somebody must get to know.
    """
    try:
        market = drafts().market(subject)
    except NoMarketError:
        return Verdict()  # nobody sees anything yet
    try:
        found = _look(market, subject)
        if not any(each.is_blocking for each in found):
            return Verdict(warnings=tuple(found))
        live = type(subject)._default_manager.filter(pk=subject.pk, live=True).first()
        return rules.compare(found, _look(market, live) if live is not None else ())
    except Exception:
        log.exception("a draft could not be checked", subject=f"{subject._meta.label_lower} {subject.pk}")
        return Verdict(is_unchecked=True)


def _look(market: Market, subject: Any) -> list[Found]:
    problem = ""
    try:
        # What fails inside of a transaction would take the rest of it along.
        with transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext():
            fetched = drafts().show(market, subject)
    except Exception as error:
        log.exception("a page could not be shown", subject=f"{subject._meta.label_lower} {subject.pk}")
        problem = type(error).__name__
    else:
        problem = str(fetched.status) if fetched.status != 200 else ""
    if problem:
        return [Found("page_fails", detail=problem)]
    seen = read(fetched.html)
    base = base_url(market)
    host = urlsplit(base).netloc
    addresses = {each for picture in seen.pictures for each in rules.addresses(picture)}
    # A page may lead to itself before it is there.
    paths = [path for path in own_links(fetched.location, seen.links, base) if path != fetched.location]
    broken = drafts().broken(market, paths)
    return rules.findings(seen, host, drafts().sizes(addresses), sorted(broken))
