"""What the audit has to say about a page. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from stoa.marketing.audit.reading import Seen
from stoa.marketing.audit.schema import faults

HIGH, MEDIUM, LOW = 1, 2, 3
LONGEST_TITLE = 70
LONGEST_DESCRIPTION = 170
SHORTEST_DESCRIPTION = 50
# Words in the main part, with the buy box and the like: fewer say nothing that search engines could rank.
FEWEST_WORDS = {"product": 60, "content": 80}
NEEDED_DATA = {"product": ("Product", "ProductGroup"), "home": ("OnlineStore", "Organization")}
PRIORITIES = {
    "unreachable": HIGH, "no_title": HIGH, "noindex": HIGH, "broken_link": HIGH, "data_fault": HIGH, "no_data": HIGH,
    "mixed_content": HIGH, "foreign_canonical": HIGH, "local_address": HIGH, "insecure_address": HIGH,
    "no_seller": HIGH, "no_email": HIGH, "no_payment": HIGH, "no_policy": HIGH, "no_phone": MEDIUM, "no_hours": MEDIUM,
    "duplicate_title": MEDIUM, "duplicate_description": MEDIUM, "no_description": MEDIUM, "no_heading": MEDIUM,
    "thin": MEDIUM, "no_alt": MEDIUM, "redirect_chain": MEDIUM, "not_on_cdn": MEDIUM,
    "long_title": LOW, "long_description": LOW, "short_description": LOW, "many_headings": LOW, "no_size": LOW,
    "redirected_link": LOW,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """``about`` tells two findings of one kind on one page apart."""

    code: str
    about: str = ""
    detail: str = ""

    @property
    def priority(self) -> int:
        return PRIORITIES[self.code]


def findings(kind: str, seen: Seen, base: str, cdn: str = "") -> Iterator[Found]:
    """About one page by itself. ``base``: scheme and host of the shop; ``cdn``: those of its CDN, or blank."""
    yield from _words(kind, seen)
    if seen.is_noindex:
        yield Found("noindex")
    if seen.canonical and not seen.canonical.startswith(f"{base}/"):
        yield Found("foreign_canonical", detail=seen.canonical[:300])
    for src in sorted(set(seen.without_alt)):
        yield Found("no_alt", src[:300])
    for src in sorted(set(seen.without_size)):
        yield Found("no_size", src[:300])
    if base.startswith("https://"):
        for address in sorted({each for each in seen.loaded if each.startswith("http://")}):
            yield Found("mixed_content", address[:300])
    if cdn and any(each.startswith(("/media/", "/static/")) for each in seen.loaded):
        yield Found(
            "not_on_cdn", detail=next(each for each in seen.loaded if each.startswith(("/media/", "/static/")))[:300]
        )
    if seen.broken_data:
        yield Found("data_fault", "JSON")
    for fault in sorted({fault for data in seen.data for fault in faults(data)}):
        yield Found("data_fault", fault[:300])
    kinds = {data.get("@type") for data in seen.data if isinstance(data, dict)}
    if kind in NEEDED_DATA and kinds.isdisjoint(NEEDED_DATA[kind]):
        yield Found("no_data", NEEDED_DATA[kind][0])


def _words(kind: str, seen: Seen) -> Iterator[Found]:
    if not seen.title:
        yield Found("no_title")
    elif len(seen.title) > LONGEST_TITLE:
        yield Found("long_title", detail=str(len(seen.title)))
    if not seen.description:
        yield Found("no_description")
    elif len(seen.description) > LONGEST_DESCRIPTION:
        yield Found("long_description", detail=str(len(seen.description)))
    elif len(seen.description) < SHORTEST_DESCRIPTION:
        yield Found("short_description", detail=str(len(seen.description)))
    if seen.headings != 1:
        yield Found("many_headings" if seen.headings else "no_heading", detail=str(seen.headings))
    if seen.words < FEWEST_WORDS.get(kind, 0):
        yield Found("thin", detail=str(seen.words))


def own_links(address: str, links: list[str], base: str) -> list[str]:
    """The paths of the shop that a page links to, without what stands after ``?`` and ``#``; each once, in order."""
    host = urlsplit(base).netloc
    found: dict[str, None] = {}
    for link in links:
        try:
            parts = urlsplit(urljoin(f"{base}{address}", link))
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc == host and parts.path:
            found.setdefault(parts.path, None)
    return list(found)


def address_findings(base: str) -> Iterator[Found]:
    """About the address by which the shop calls itself."""
    parts = urlsplit(base)
    if parts.hostname in ("localhost", "127.0.0.1", "::1", "testserver"):
        yield Found("local_address", detail=base)
    elif parts.scheme != "https":
        yield Found("insecure_address", detail=base)


def digest(text: str) -> str:
    """By which two texts are known to be the same; blank for none."""
    folded = " ".join(text.casefold().split())
    return hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=16).hexdigest() if folded else ""
