"""Answers for whole public pages before Django wakes up.

A view marks its response with ``cached_page``; the page holds nothing personal, so cookies play no part. Pages are kept
per domain, path and the query parameters that the view names. Everything that is not a plain GET or HEAD goes through.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.http.request import split_domain_port, validate_host

from stoa.kernel.pagecache import hits, polling, purges
from stoa.kernel.pagecache.cdn import surrogate_headers
from stoa.kernel.pagecache.counting import Counter
from stoa.kernel.pagecache.decorators import QUERY_HEADER, TAGS_HEADER
from stoa.kernel.pagecache.keys import best_encoding, etag_matches, normal_query
from stoa.kernel.pagecache.store import Headers, Page, Store

COMPRESSED_TYPES = ("text/html", "application/json", "application/ld+json", "application/xml", "text/xml", "text/plain")
# Pages that may mix secrets with what a visitor typed are not compressed (BREACH), and Wagtail's are nobody's hurry.
UNCOMPRESSED_PATHS = ("/admin/", "/account/")
REVALIDATE = "public, max-age=0, must-revalidate"
MINIMUM = 500
# Of each response its own: these are not kept.
_NOT_KEPT = {"x-request-id", "content-length", "etag", "date", "connection", TAGS_HEADER.lower(), QUERY_HEADER.lower()}


class PageCacheLayer:
    """A WSGI layer. ``language_of(environ)`` tells pages apart that Django renders in the visitor's language."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        allowed_hosts: list[str],
        max_bytes: int = 96_000_000,
        max_pages: int = 5_000,
        max_page_bytes: int = 1_500_000,
        language_of: Callable[[WSGIEnvironment], str] | None = None,
        is_behind_cdn: bool = False,
        counter: Counter | None = None,
    ) -> None:
        self._application = application
        self._allowed_hosts = allowed_hosts
        self._language_of = language_of
        self._is_behind_cdn = is_behind_cdn
        self._counter = counter or Counter()
        # Pages with parameters have a store of their own: nobody can push the others out by inventing parameters.
        self._plain = Store(max_bytes * 2 // 3, max_pages, max_page_bytes)
        self._queried = Store(max_bytes // 3, max_pages, max_page_bytes)
        self._parameters: dict[str, frozenset[str]] = {}
        self._hosts: dict[str, str] = {}
        self._encodings: dict[str, str] = {}
        purges.listen(self._forget)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or "HTTP_HX_REQUEST" in environ or "HTTP_AUTHORIZATION" in environ:
            return self._through(environ, start_response, None)
        polling.poll_if_due()
        key = self._key(environ)
        if key is None:
            return self._through(environ, start_response, None)
        page = (self._queried if key[3] else self._plain).get(key)
        if page is None:
            return self._through(environ, start_response, key if method == "GET" else None)
        self._counter.count(is_hit=True)
        hits.tell(environ, page.told)
        given = environ.get("HTTP_IF_NONE_MATCH")
        if given is not None and etag_matches(given, page.etag):
            start_response("304 Not Modified", page.headers)
            return []
        body, headers = page.encoded(self._encoding(environ))
        start_response("200 OK", headers)
        return [body] if method == "GET" else []

    def _key(self, environ: WSGIEnvironment) -> tuple[str, str, str, str] | None:
        host = self._domain(environ.get("HTTP_HOST", ""))
        if not host:
            return None
        path = environ["PATH_INFO"]
        query = environ.get("QUERY_STRING", "")
        if query:
            allowed = self._parameters.get(path)
            if allowed is None:
                return (host, path, "", "?")  # not known yet: rendered, and learnt from the answer
            normal = normal_query(query, allowed)
            if normal is None:
                return None
            query = normal
        return (host, path, self._language_of(environ) if self._language_of else "", query)

    def _domain(self, host: str) -> str:
        """The domain of an allowed Host header, blank for any other.

        Pages do not depend on port or letter case, so that nobody can push them out by asking under ever new ones.
        """
        known = self._hosts.get(host)
        if known is None:
            domain, _ = split_domain_port(host)
            known = domain if domain and validate_host(domain, self._allowed_hosts) else ""
            if len(self._hosts) > 1000:
                self._hosts.clear()
            self._hosts[host] = known
        return known

    def _encoding(self, environ: WSGIEnvironment) -> str:
        accept = environ.get("HTTP_ACCEPT_ENCODING", "")
        found = self._encodings.get(accept)
        if found is None:
            found = best_encoding(accept)
            if len(self._encodings) > 1000:
                self._encodings.clear()
            self._encodings[accept] = found
        return found

    def _through(
        self, environ: WSGIEnvironment, start_response: StartResponse, key: tuple[str, str, str, str] | None
    ) -> Iterable[bytes]:
        """Let Django answer; keep the answer where it may be kept, and compress it where that helps."""
        since = purges.position()
        started: list[Any] = []

        def hold(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            started[:] = [status, headers, exc_info]
            return lambda data: None

        answer = self._application(environ, hold)
        if getattr(answer, "streaming", True) is not False:  # files, streams, other layers: as they are
            start_response(started[0], [h for h in started[1] if h[0] not in (TAGS_HEADER, QUERY_HEADER)])
            return answer
        try:
            body = b"".join(answer)
        finally:
            answer.close()  # type: ignore[attr-defined]
        status, headers = started[0], started[1]
        tags = next((value for name, value in headers if name == TAGS_HEADER), "")
        if tags and status.startswith("200"):
            page = self._page(environ, key, headers, body, frozenset(tags.split()), since)
            if page is not None:
                self._counter.count(is_hit=False)
                given = environ.get("HTTP_IF_NONE_MATCH")
                if given is not None and etag_matches(given, page.etag):
                    start_response("304 Not Modified", page.headers)
                    return []
                body, headers = page.encoded(self._encoding(environ))
                start_response(status, headers)
                return [body]
        headers = [header for header in headers if header[0] not in (TAGS_HEADER, QUERY_HEADER)]
        body, headers = self._compressed(environ, headers, body)
        start_response(status, headers)
        return [body] if environ["REQUEST_METHOD"] != "HEAD" else []

    def _page(
        self,
        environ: WSGIEnvironment,
        key: tuple[str, str, str, str] | None,
        headers: Headers,
        body: bytes,
        tags: frozenset[str],
        since: int,
    ) -> Page | None:
        """The response as a page, kept unless a purge came while it was made. None where it must not be shared."""
        names = {name.lower() for name, _ in headers}
        if key is None or "set-cookie" in names or "content-encoding" in names:
            return None
        kept = [header for header in headers if header[0].lower() not in _NOT_KEPT]
        etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        if "cache-control" not in names:
            kept.append(("Cache-Control", REVALIDATE))
        kept = [*_with_vary(kept, "Accept-Encoding"), ("ETag", etag), *self._for_cdn(tags)]
        page = Page(kept, body, etag, tags, hits.left_with(environ))
        allowed = frozenset(next((value for name, value in headers if name == QUERY_HEADER), "").split())
        if len(self._parameters) > 20_000:
            self._parameters.clear()
        self._parameters[key[1]] = allowed
        query = normal_query(environ.get("QUERY_STRING", ""), allowed)
        if query is not None and purges.is_current(tags, since):
            language = self._language_of(environ) if self._language_of else ""
            store = self._queried if query else self._plain
            store.put((key[0], key[1], language, query), page)
            # A purge may have come between the check and the keeping.
            if not purges.is_current(tags, since):
                store.drop_tagged(tags)
        return page

    def _for_cdn(self, tags: frozenset[str]) -> Headers:
        """A CDN that is told of purges may keep the page. Not where one address speaks several languages: it would mix them."""
        return surrogate_headers(tags) if self._is_behind_cdn and self._language_of is None else []

    def _compressed(self, environ: WSGIEnvironment, headers: Headers, body: bytes) -> tuple[bytes, Headers]:
        if len(body) < MINIMUM or environ["PATH_INFO"].startswith(UNCOMPRESSED_PATHS):
            return body, headers
        by_name = {name.lower(): value for name, value in headers}
        kind = by_name.get("content-type", "").partition(";")[0]
        if kind not in COMPRESSED_TYPES or "content-encoding" in by_name:
            return body, headers
        headers = _with_vary(headers, "Accept-Encoding")
        accept = environ.get("HTTP_ACCEPT_ENCODING", "")
        if "gzip" not in accept or not best_encoding(accept):
            return body, headers
        body = gzip.compress(body, 4, mtime=0)
        headers = [header for header in headers if header[0].lower() != "content-length"]
        return body, [*headers, ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]

    def _forget(self, tags: frozenset[str]) -> None:
        for store in (self._plain, self._queried):
            if tags is purges.EVERYTHING:
                store.clear()
            else:
                store.drop_tagged(tags)


def _with_vary(headers: Headers, name: str) -> Headers:
    """``headers`` with ``name`` in Vary. Cookie is left out: these pages hold nothing that depends on one."""
    given = [part.strip() for key, value in headers if key.lower() == "vary" for part in value.split(",")]
    merged = list(dict.fromkeys([*given, name]))
    return [header for header in headers if header[0].lower() != "vary"] + [("Vary", ", ".join(merged))]
