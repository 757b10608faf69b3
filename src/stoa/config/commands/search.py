"""``stoa search state`` and ``stoa search rebuild``: the search index of this machine."""

from __future__ import annotations

import argparse
import time

HELP = "look at the search index, or make it anew"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("state", help="say what it holds and whether it has caught up")
    verbs.add_parser("rebuild", help="make it anew from the database; the shop goes on with the old one meanwhile")


def run(arguments: argparse.Namespace) -> int:
    """1 where the index cannot be used as it is."""
    from stoa.catalogue.search.state import index_state

    if arguments.verb == "rebuild":
        _rebuild()
    state = index_state()
    for language, products, seconds in state.parts:
        print(f"{language}: {products} products, made in {seconds:.1f} s")
    if state.problem:
        print(f"The index: {state.problem}.")
    elif state.behind:
        print(f"{state.behind} changes to follow.")
    else:
        print("Up to date.")
    print("A process of this machine keeps it." if state.has_writer else "No process keeps it now.")
    return 1 if state.problem else 0


def _rebuild() -> None:
    from stoa.catalogue.search import following, node

    began = time.monotonic()
    with node.writing() as is_ours:
        if is_ours:
            node.rebuild()
    if not is_ours:
        # Another process has the right to write: it does so as soon as it sees the mark.
        following.ask_for_rebuild(timeout=120)
    print(f"Made anew in {time.monotonic() - began:.1f} s.")
