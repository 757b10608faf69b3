"""How the index of this node does: for ``stoa doctor`` and ``stoa search``."""

from __future__ import annotations

import time
from dataclasses import dataclass

from stoa.catalogue.search import node


@dataclass(frozen=True, slots=True)
class IndexState:
    """``behind``: purges that it has not followed yet; ``read_at``: seconds since it last looked. ``problem`` is empty
    where all is well; ``parts``: language, products, seconds that the making took."""

    parts: list[tuple[str, int, float]]
    behind: int
    read_at: float
    has_writer: bool
    problem: str = ""


def index_state() -> IndexState:
    """Never raises for what it finds; a database that does not answer is another's finding."""
    has_writer = _has_writer()
    try:
        state = node.read_state()
        for language, part in state.parts.items():
            node.open_index(part, language)
    except node.IndexUnusableError as error:
        return IndexState([], 0, 0.0, has_writer, f"none, or not to be used ({error}): it is made anew by itself")
    missing = node.languages() - state.parts.keys()
    return IndexState(
        [(language, part.products, part.seconds) for language, part in sorted(state.parts.items())],
        state.feed.behind(node.TAG), time.time() - state.feed.read_at, has_writer,
        f"no index for {', '.join(sorted(missing))} yet" if missing else "",
    )  # fmt: skip


def _has_writer() -> bool:
    with node.writing() as is_ours:
        return not is_ours
