"""Addresses that lead elsewhere: chains made short, circles found, files read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

LONGEST = 255
MOST_HOPS = 20

Outcome = Literal["new", "changed", "same", "error"]


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of a file. ``target`` is where it leads in the end; ``problem`` a word for what is wrong."""

    line: int
    source: str
    target: str
    outcome: Outcome
    problem: str = ""


def source_of(text: str) -> str:
    """An old address as it is kept: a path without scheme, host and the slash at its end. Blank for what is none."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    path = parts.path if parts.scheme in ("", "http", "https") else ""
    path = path.rstrip("/")
    # The home page is always there, and an address without its scheme is somebody else's.
    if not path.startswith("/") or text.startswith("//") or _is_odd(text):
        return ""
    return f"{path}?{parts.query}" if parts.query else path


def target_of(text: str, own_host: str) -> str:
    """Where it leads: a path of the shop (also where its whole address was given), or a web address. Blank for neither."""
    text = text.strip()
    if not text or _is_odd(text) or len(text) > LONGEST:
        return ""
    if text.startswith("/"):
        return "" if text.startswith("//") else text
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    if host == own_host:
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return text


def _is_odd(text: str) -> bool:
    return any(char.isspace() or ord(char) < 32 or char in '\\<>"' for char in text)


def key(target: str) -> str:
    """The form in which a target would be a source, to follow it; blank for a web address."""
    return source_of(target) if target.startswith("/") else ""


def end_of(source: str, leads: Mapping[str, str]) -> str | None:
    """Where ``source`` leads in the end, through all of ``leads`` (source -> target); None in a circle."""
    seen, target = {source}, leads[source]
    while (following := key(target)) in leads:
        if following in seen or len(seen) > MOST_HOPS:
            return None
        seen.add(following)
        target = leads[following]
    return None if key(target) in seen else target


def plan(
    rows: Iterable[tuple[int, str, str]], known: Mapping[str, str], own_host: str, live: Iterable[str] = ()
) -> list[Planned]:
    """What a file of (line, from, to) would change, given the redirects that there are. Nothing leads through another:
    chains are made short. ``live`` are sources at which there is a page: a redirect there would never be followed."""
    wanted: dict[str, str] = {}
    lines: list[tuple[int, str, str, str]] = []
    pages = set(live)
    for line, old, new in rows:
        source, target = source_of(old), target_of(new, own_host)
        problem = ""
        if not source or len(source) > LONGEST:
            problem = "source"
        elif not target:
            problem = "target"
        elif source == key(target):
            problem = "itself"
        elif source in wanted and wanted[source] != target:
            problem = "twice"
        elif source in pages:
            problem = "page"
        else:
            wanted[source] = target
        lines.append((line, source or old.strip()[:LONGEST], target or new.strip()[:LONGEST], problem))
    leads = {**known, **wanted}
    found = []
    for line, source, target, problem in lines:
        end = end_of(source, leads) if not problem else target
        if end is None:
            found.append(Planned(line, source, target, "error", "circle"))
        elif problem:
            found.append(Planned(line, source, target, "error", problem))
        else:
            outcome: Outcome = "same" if known.get(source) == end else "changed" if source in known else "new"
            found.append(Planned(line, source, end, outcome))
    return found
