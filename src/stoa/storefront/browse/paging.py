from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageLink:
    """``url`` is empty for the gap between numbers that are far apart."""

    number: int
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    numbers: list[PageLink]
    previous: str
    next: str


def pages(current: int, last: int, url: Callable[[int], str]) -> Pages | None:
    """Links to the first, the last and the neighbouring pages; None where there is only one."""
    if last <= 1:
        return None
    wanted = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    links: list[PageLink] = []
    for number in wanted:
        if links and number > links[-1].number + 1:
            links.append(PageLink(number - 1, ""))
        links.append(PageLink(number, url(number), number == current))
    return Pages(links, url(current - 1) if current > 1 else "", url(current + 1) if current < last else "")
