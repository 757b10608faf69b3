"""The word index of a node: one folder under STOA_HOME that its processes share, written by one of them at a time.

A cache. ``state.json`` says which folder holds which language, ``position.json`` up to which purge it has followed the
shop. Anything that does not fit is made anew from the database.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from tantivy import Index

from stoa.catalogue.markets.queries import all_markets
from stoa.catalogue.products.models import ProductCategory
from stoa.catalogue.search import reading, wordindex
from stoa.catalogue.search.analysis import language_of
from stoa.catalogue.search.finding import Finder
from stoa.kernel import ids
from stoa.kernel.pagecache import purges
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.pagecache.feed import Feed

# Pages with search results depend on this: purged when the index has caught up.
TAG = "search"
# More changed products than this, and making all anew is quicker.
MOST_CHANGES = 4_000
# How often a position that has moved by nothing of interest is written down, in seconds.
POSITION_EVERY = 60.0

log = structlog.get_logger(__name__)


class IndexUnusableError(Exception):
    """There is no index, or it is damaged, or of another format."""


@dataclass(frozen=True, slots=True)
class Part:
    """The index of one language. ``folder`` is its name, ``seconds`` what it took to make."""

    folder: str
    products: int
    seconds: float


@dataclass(slots=True)
class State:
    feed: Feed
    parts: dict[str, Part] = field(default_factory=dict)


def folder() -> Path:
    return Path(settings.STOA_HOME) / "search"


def languages() -> set[str]:
    return {language_of(market.language) for market in all_markets()}


# The right to write ------------------------------------------------------------------------------------------------


class WriterLock:
    """Who holds it writes. The system lets go of it when the process ends, however it ends."""

    def __init__(self) -> None:
        self._file: Any = None
        self._guard = threading.Lock()

    def acquire(self, *, wait: bool = False) -> bool:
        with self._guard:
            if self._file is not None:
                return False
            folder().mkdir(parents=True, exist_ok=True)
            file = (folder() / "writer.lock").open("a")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except OSError:
                file.close()
                return False
            self._file = file
            return True

    def release(self) -> None:
        with self._guard:
            if self._file is not None:
                self._file.close()
                self._file = None


lock = WriterLock()


@contextmanager
def writing(*, wait: bool = False) -> Iterator[bool]:
    """Whether this is the writer now."""
    is_ours = lock.acquire(wait=wait)
    try:
        yield is_ours
    finally:
        if is_ours:
            lock.release()


# What is written down ----------------------------------------------------------------------------------------------


def read_state() -> State:
    """Raises IndexUnusableError."""
    try:
        saved = json.loads((folder() / "state.json").read_text("utf-8"))
        if saved["format"] != wordindex.FORMAT or saved["database"] != _database():
            raise IndexUnusableError("another format or database")
        position = json.loads((folder() / "position.json").read_text("utf-8"))
        return State(Feed.from_json(position), {name: Part(**part) for name, part in saved["parts"].items()})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnusableError(str(error)) from error


def _write_state(state: State) -> None:
    """Readers look again when they see another ``state.json``. The position comes second: a process that ends between
    the two reads some changes again, and none is lost."""
    parts = {
        name: {"folder": p.folder, "products": p.products, "seconds": p.seconds} for name, p in state.parts.items()
    }
    _write("state.json", {"format": wordindex.FORMAT, "database": _database(), "parts": parts})
    _write("position.json", state.feed.as_json())


def _write(name: str, saved: dict[str, Any]) -> None:
    target = folder() / name
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(saved), "utf-8")
    draft.replace(target)


def _database() -> str:
    """Tells databases apart without giving away where they are."""
    database = settings.DATABASES["default"]
    return f"{database['ENGINE'].rpartition('.')[2]}:{database.get('HOST', '')}:{database['NAME']}"


# Writing: only with the lock ---------------------------------------------------------------------------------------


def rebuild() -> State:
    """Make everything anew beside the old, then let the new take its place. Returns the new state."""
    state = State(Feed.at_end())
    for language in sorted(languages()):
        state.parts[language] = _build(language)
    _publish(state)
    (folder() / "damaged").unlink(missing_ok=True)
    return state


def catch_up() -> int:
    """Follow the purges since the last time; returns how many products were read. Makes what is missing or damaged."""
    try:
        if (folder() / "damaged").exists():
            raise IndexUnusableError("found damaged")
        state = read_state()
        read_at = state.feed.read_at
        tags = state.feed.read()
        changed = _changed(tags)
        if tags is purges.EVERYTHING or len(changed) > MOST_CHANGES:
            raise IndexUnusableError("too much has changed")
        missing = languages() - state.parts.keys() if "market" in tags or not state.parts else set()
        if changed:
            _apply(state, changed)
    except (IndexUnusableError, ValueError, OSError) as error:
        log.info("the search index is made anew", reason=str(error))
        return sum(part.products for part in rebuild().parts.values())
    for language in missing:
        state.parts[language] = _build(language)
    if changed or missing:
        _publish(state)
    elif tags or state.feed.read_at - read_at > POSITION_EVERY:
        _write("position.json", state.feed.as_json())
    return len(changed)


def _build(language: str) -> Part:
    began = time.monotonic()
    name = f"{language}-{ids.new_uuid().hex[:12]}"
    index = wordindex.build(folder() / name, language, reading.documents(None))
    return Part(name, index.searcher().num_docs, round(time.monotonic() - began, 2))


def _apply(state: State, changed: Collection[int]) -> None:
    chosen = sorted(changed)
    for some in reading.in_batches(chosen):
        documents = list(reading.documents(some))
        for language, part in state.parts.items():
            index = open_index(part, language)
            wordindex.change(index, some, documents)
            state.parts[language] = Part(part.folder, index.searcher().num_docs, part.seconds)


def _changed(tags: frozenset[str]) -> set[int]:
    if tags is purges.EVERYTHING:
        return set()
    products = {int(tag[8:]) for tag in tags if tag.startswith("product:") and tag[8:].isdecimal()}
    shelves = [int(tag[9:]) for tag in tags if tag.startswith("category:") and tag[9:].isdecimal()]
    if shelves:
        products.update(
            ProductCategory.objects.filter(category_id__in=shelves).values_list("product_id", flat=True)
        )  # fmt: skip
    return products


def _publish(state: State) -> None:
    _write_state(state)
    purge(TAG)
    kept = {part.folder for part in state.parts.values()}
    for each in folder().iterdir():
        if each.is_dir() and each.name not in kept:
            shutil.rmtree(each, ignore_errors=True)


# Reading ----------------------------------------------------------------------------------------------------------


def open_index(part: Part, language: str) -> Index:
    """Raises IndexUnusableError."""
    path = folder() / part.folder
    try:
        if not Index.exists(str(path)):
            raise IndexUnusableError("the folder is gone")
        return wordindex.in_folder(path, language)
    except (OSError, ValueError) as error:
        raise IndexUnusableError(str(error)) from error


class _Reader:
    """What this process has open: looked after whenever ``state.json`` is another file than before."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._finders: dict[str, Finder] = {}

    def finder(self, language: str) -> Finder:
        """Raises IndexUnusableError."""
        with self._guard:
            try:
                facts = (folder() / "state.json").stat()
            except OSError as error:
                raise IndexUnusableError(str(error)) from error
            stamp = facts.st_ino, facts.st_mtime_ns
            if stamp != self._stamp:
                self._finders.clear()
                self._stamp = stamp
            if language not in self._finders:
                part = read_state().parts.get(language)
                if part is None:
                    raise IndexUnusableError(f"there is no index for {language}")
                self._finders[language] = Finder(open_index(part, language), language)
            return self._finders[language]

    def forget(self) -> None:
        with self._guard:
            self._stamp = None
            self._finders.clear()


reader = _Reader()


def mark_damaged() -> None:
    """Have the writer make the index anew."""
    reader.forget()
    with suppress(OSError):
        (folder() / "damaged").touch()
