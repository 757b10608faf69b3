"""``stoa doctor``: every setting, the versions, the extensions, and what is missing for production."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

HELP = "list settings and versions, and what is missing for production"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    """1 where something is broken, or (in production) missing."""
    from stoa.config.diagnosis import examine

    report = examine()
    if arguments.json:
        print(json.dumps(asdict(report), indent=2))
    else:
        _show(report)
    return 0 if report.is_fit else 1


def _show(report) -> None:  # type: ignore[no-untyped-def]
    _table("Settings", [(s.name + (" *" if s.is_set else ""), s.shown, s.meaning) for s in report.settings])
    print("  * set in the environment; the others have their default\n")
    _table("Versions", [(name, version, "") for name, version in report.versions.items()])
    _table("Extensions", [(e.group, e.name, e.state) for e in report.extensions] or [("none", "", "")])
    _table("Search index", [("search", report.search, "")])
    _table("Unknown variables", [(name, "", "no such setting") for name in report.unknown])
    _table("Broken", [(name, text, "") for name, text in report.broken.items()])
    _table("Missing for production", [("-", text, "") for text in report.missing])
    print("Fit." if report.is_fit else "Not fit.")


def _table(title: str, rows: list[tuple[str, str, str]]) -> None:
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    print(title)
    for first, second, third in rows:
        print(f"  {first:<{widths[0]}}  {second:<{widths[1]}}  {third}".rstrip())
    print()
