"""Tells a CDN which pages are out of date, and tells it on every page by which tags they will be.

Addresses and forms: Cloudflare's "Purge Cached Content by tag" (API v4), Fastly's "Purge multiple surrogate key tags",
RFC 9213 (CDN-Cache-Control). Any other service is posted ``{"tags": [...]}`` with its token as a bearer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from django.conf import settings

from stoa.kernel.outbound.client import request
from stoa.kernel.pagecache.models import CachePurge

KEPT_SECONDS = 86_400
# Cloudflare takes 30 tags a call on every plan, Fastly 256.
BATCH = 30
TIMEOUT = 10.0
_TAG_HEADERS = {"cloudflare": ("Cache-Tag", ","), "fastly": ("Surrogate-Key", " ")}


class CdnRefusedError(Exception):
    """The CDN did not take a purge: it is told again."""


@dataclass(frozen=True, slots=True)
class Service:
    """Whom to tell: ``kind`` is cloudflare, fastly or other."""

    kind: str
    url: str
    token: str

    def call(self, tags: list[str]) -> tuple[dict[str, str], bytes]:
        """Headers and body that purge ``tags``."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.kind == "fastly":
            return headers | {"Fastly-Key": self.token}, json.dumps({"surrogate_keys": tags}).encode()
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers, json.dumps({"tags": tags}).encode()


@cache
def service_of(setting: str) -> Service:
    """The service that STOA_CDN_PURGE names. Raises ValueError."""
    parts = urlsplit(setting)
    token = unquote(parts.username or "")
    if parts.scheme == "cloudflare" and token and parts.hostname:
        return Service("cloudflare", f"https://api.cloudflare.com/client/v4/zones/{parts.hostname}/purge_cache", token)
    if parts.scheme == "fastly" and token and parts.netloc:
        # Service ids have capital letters, which ``hostname`` would lose.
        identity = parts.netloc.rpartition("@")[2]
        return Service("fastly", f"https://api.fastly.com/service/{identity}/purge", token)
    if parts.scheme in {"https", "http"} and parts.hostname:
        where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        return Service("other", f"{where}?{parts.query}" if parts.query else where, token)
    raise ValueError("STOA_CDN_PURGE is cloudflare://TOKEN@ZONE, fastly://TOKEN@SERVICE or https://TOKEN@host/path")


def surrogate_headers(tags: frozenset[str]) -> list[tuple[str, str]]:
    """What lets a CDN keep a page until one of ``tags`` is purged, a day at most."""
    name, between = _TAG_HEADERS.get(service_of(settings.STOA_CDN_PURGE).kind, ("Cache-Tag", ","))
    lifetime = f"public, max-age={KEPT_SECONDS}"
    control = "Surrogate-Control" if name == "Surrogate-Key" else "CDN-Cache-Control"
    return [(name, between.join(sorted(tags))), (control, lifetime)]


def tell_cdn() -> int:
    """Tell of what has not been told yet, the oldest first; how many tags. Twice told is no harm, so nobody is locked out.

    Raises CdnRefusedError or OutboundError where the service does not take it: all of it is told again the next time.
    """
    waiting = list(CachePurge.objects.filter(is_for_cdn=True).order_by("id").values_list("id", "tag")[: BATCH * 10])
    if not waiting:
        return 0
    tags = list(dict.fromkeys(tag for _, tag in waiting))[:BATCH]
    told = set(tags)
    service = service_of(settings.STOA_CDN_PURGE)
    headers, body = service.call(tags)
    # The operator named this host, and a cache of one's own often stands on a private address.
    own = frozenset({urlsplit(service.url).hostname or ""})
    answer = request("POST", service.url, headers=headers, content=body, timeout=TIMEOUT, allow_private_hosts=own)
    if not answer.is_success:
        raise CdnRefusedError(f"{service.kind}: HTTP {answer.status}")
    CachePurge.objects.filter(id__in=[number for number, tag in waiting if tag in told]).update(is_for_cdn=False)
    return len(tags)
