"""Pages kept in this process: bounded in number and bytes, the least recently used goes first."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable

import brotli

from stoa.kernel.pagecache.hits import Told

Headers = list[tuple[str, str]]


class Page:
    """One page with the encodings that were asked for. ``headers``: without length and encoding.

    ``told``: who wants to know whenever it is sent.
    """

    __slots__ = ("_bodies", "etag", "headers", "size", "tags", "told")

    def __init__(
        self, headers: Headers, body: bytes, etag: str, tags: frozenset[str], told: Told | None = None
    ) -> None:
        self.headers = headers
        self.told = told
        self.etag = etag
        self.tags = tags
        self._bodies: dict[str, tuple[bytes, Headers]] = {"": (body, [*headers, ("Content-Length", str(len(body)))])}
        # What it may grow to: the page, and two compressed forms of about a fifth each.
        self.size = len(body) * 3 // 2 + 2000

    def encoded(self, encoding: str) -> tuple[bytes, Headers]:
        """Body and headers in ``br``, ``gzip`` or plain (""); compressed at the first time of asking."""
        found = self._bodies.get(encoding)
        if found is None:
            plain = self._bodies[""][0]
            body = brotli.compress(plain, quality=5) if encoding == "br" else gzip.compress(plain, 6, mtime=0)
            headers = [*self.headers, ("Content-Encoding", encoding), ("Content-Length", str(len(body)))]
            found = self._bodies[encoding] = (body, headers)
        return found


class Store:
    """Thread-safe for writing; reading takes no lock."""

    def __init__(self, max_bytes: int, max_pages: int, max_page_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._max_pages = max_pages
        self._max_page_bytes = max_page_bytes
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._keys_of: dict[str, set[Hashable]] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Hashable) -> Page | None:
        page = self._pages.get(key)
        if page is not None:
            try:
                self._pages.move_to_end(key)
            except KeyError:  # dropped by another thread in between: as good as not found
                return None
        return page

    def put(self, key: Hashable, page: Page) -> bool:
        """Keep a page; False where it is too large."""
        if page.size > self._max_page_bytes:
            return False
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self.bytes += page.size
            for tag in page.tags:
                self._keys_of.setdefault(tag, set()).add(key)
            while self.bytes > self._max_bytes or len(self._pages) > self._max_pages:
                self._drop(next(iter(self._pages)))
        return True

    def drop_tagged(self, tags: Iterable[str]) -> int:
        """Forget every page with one of the tags; returns how many."""
        with self._lock:
            keys = {key for tag in tags for key in self._keys_of.get(tag, ())}
            for key in keys:
                self._drop(key)
        return len(keys)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._keys_of.clear()
            self.bytes = 0

    def _drop(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        if page is None:
            return
        self.bytes -= page.size
        for tag in page.tags:
            keys = self._keys_of.get(tag)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._keys_of[tag]
