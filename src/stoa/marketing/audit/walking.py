"""One walk over all public pages: a piece at a time, each in a transaction of its own, so that it can go on."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F

from stoa.catalogue.markets.queries import base_url
from stoa.kernel import clock
from stoa.marketing.audit import rules
from stoa.marketing.audit.models import AuditFinding, AuditPage, AuditRun
from stoa.marketing.audit.reading import read
from stoa.marketing.audit.rules import Found
from stoa.marketing.audit.source import PageRef, source
from stoa.marketing.audit.trust import trust_findings, trust_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

PIECE = 50
# Paths whose status is remembered during a walk.
REMEMBERED = 20_000
HOPS = 5

Statuses = dict[str, tuple[int, str]]


def begin(market: Market) -> AuditRun:
    """The run that is under way, or a new one."""
    running = AuditRun.objects.filter(market=market, state=AuditRun.State.RUNNING)
    try:
        with transaction.atomic():
            return running.first() or AuditRun.objects.create(market=market, started_at=clock.now())
    except IntegrityError:  # somebody was quicker
        return running.get()


def walk(market: Market) -> AuditRun:
    """Look at every page, from where the last walk was interrupted. Findings that are no longer there are marked as fixed."""
    run = begin(market)
    known: Statuses = {}
    pages = source().pages(market, run.after)
    while piece := list(islice(pages, PIECE)):
        if len(known) > REMEMBERED:
            known.clear()
        looked = [(ref, *_look(market, ref, known)) for ref in piece]
        _write(market, run, looked)
    _finish(market, run)
    return run


def _look(market: Market, ref: PageRef, known: Statuses) -> tuple[AuditPage | None, list[Found]]:
    base = base_url(market)
    fetched = source().fetch(market, ref.address)
    if fetched.status != 200:
        return None, [Found("unreachable", detail=f"{fetched.status} {fetched.location}".strip())]
    seen = read(fetched.html)
    found = list(rules.findings(ref.kind, seen, base, str(getattr(settings, "STOA_CDN_URL", ""))))
    if ref.kind == "home":
        found += [*rules.address_findings(base), *trust_findings(trust_of(market))]
    found += _links(market, rules.own_links(ref.address, seen.links, base), known)
    page = AuditPage(
        market=market, address=ref.address[:400], kind=ref.kind, subject_id=ref.subject_id, title=seen.title[:300],
        title_key=rules.digest(seen.title), description_key=rules.digest(seen.description), words=seen.words,
    )  # fmt: skip
    return page, found


def _links(market: Market, paths: list[str], known: Statuses) -> Iterable[Found]:
    _learn(market, paths, known)
    for path in paths:
        status, location = known[path]
        hops = 0
        while 300 <= status < 400 and location.startswith("/") and hops < HOPS:
            hops += 1
            following = location.partition("?")[0].partition("#")[0]
            _learn(market, [following], known)
            status, location = known[following]
        if status >= 400:
            yield Found("broken_link", path[:300], str(status))
        elif hops > 1:
            yield Found("redirect_chain", path[:300], str(hops))
        elif hops:
            yield Found("redirected_link", path[:300])


def _learn(market: Market, paths: list[str], known: Statuses) -> None:
    unknown = [path for path in paths if path not in known]
    if unknown:
        known.update(source().statuses(market, unknown))


@transaction.atomic
def _write(market: Market, run: AuditRun, looked: list[tuple[PageRef, AuditPage | None, list[Found]]]) -> None:
    pages = [page for _, page, _ in looked if page is not None]
    for page in pages:
        page.run = run
    AuditPage.objects.bulk_create(
        {page.address: page for page in pages}.values(), update_conflicts=True, unique_fields=["market", "address"],
        update_fields=["kind", "subject_id", "title", "title_key", "description_key", "words", "run"],
    )  # fmt: skip
    note(market, run, [(ref.address, ref.kind, ref.subject_id, each) for ref, _, found in looked for each in found])
    AuditRun.objects.filter(pk=run.pk).update(after=looked[-1][0].mark[:200], pages=F("pages") + len(looked))


def note(market: Market, run: AuditRun, found: list[tuple[str, str, int | None, Found]]) -> None:
    """Write findings: new ones with this moment, known ones as seen again."""
    now = clock.now()
    rows = AuditFinding.objects.filter(market=market, address__in={address[:400] for address, *_ in found})
    known = {(row.address, row.code, row.about): row for row in rows}
    new: dict[tuple[str, str, str], AuditFinding] = {}
    again = []
    for address, kind, subject_id, each in found:
        key = (address[:400], each.code, each.about)
        row = known.get(key)
        if row is None:
            new[key] = AuditFinding(
                market=market, code=each.code, priority=each.priority, address=key[0], kind=kind, subject_id=subject_id,
                about=each.about, detail=each.detail[:500], since=now, seen_at=now, run=run,
            )  # fmt: skip
            continue
        # What was fixed and is there again, is there since now.
        row.since = now if row.fixed_at is not None else row.since
        row.seen_at, row.fixed_at, row.run, row.detail, row.priority = now, None, run, each.detail[:500], each.priority
        again.append(row)
    AuditFinding.objects.bulk_create(new.values(), ignore_conflicts=True)
    AuditFinding.objects.bulk_update(
        again, ["since", "seen_at", "fixed_at", "run", "detail", "priority"], batch_size=200
    )


def _finish(market: Market, run: AuditRun) -> None:
    with transaction.atomic():
        AuditPage.objects.filter(market=market).exclude(run=run).delete()
        for code, column in (("duplicate_title", "title_key"), ("duplicate_description", "description_key")):
            _duplicates(market, run, code, column)
        now = clock.now()
        AuditFinding.objects.filter(market=market, fixed_at=None).exclude(run=run).update(fixed_at=now)
        AuditRun.objects.filter(pk=run.pk).update(state=AuditRun.State.DONE, finished_at=now)
        run.refresh_from_db()
        old = AuditRun.objects.filter(market=market, state=AuditRun.State.DONE).exclude(pk=run.pk).order_by("-pk")[30:]
        AuditRun.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()


def _duplicates(market: Market, run: AuditRun, code: str, column: str) -> None:
    rows = AuditPage.objects.filter(market=market).exclude(**{column: ""})
    keys = rows.values(column).annotate(n=Count("pk")).filter(n__gt=1).order_by(column).values_list(column, "n")
    for key, count in keys.iterator(chunk_size=500):
        twins = list(
            rows.filter(**{column: key}).order_by("address").values_list("address", "kind", "subject_id")[:500]
        )
        first = twins[0][0]
        note(market, run, [
            (address, kind, subject_id, Found(code, detail=f"{count}: {first if address != first else twins[1][0]}"))
            for address, kind, subject_id in twins
        ])  # fmt: skip
