"""``stoa verify-books``: every invariant of the books; exit code 1 and the offending rows where one fails."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stoa.kernel.books import Report

HELP = "check that stock, orders, payments and mails agree"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    from stoa.kernel.books import verify

    report = verify()
    if arguments.json:
        print(json.dumps({"clean": report.is_clean, **dataclasses.asdict(report)}, default=str, ensure_ascii=False))
    else:
        _show(report)
    return 0 if report.is_clean else 1


def _show(report: Report) -> None:
    faults = {finding.check for finding in report.findings}
    for check in report.checks:
        print(f"{'FAILS' if check in faults else 'holds'}  {check}")
    for finding in report.findings:
        print(f"\n{finding.check}: {finding.message}")
        for row in finding.rows:
            print("  " + ", ".join(f"{name}={value}" for name, value in row.items()))
    print(f"\n{len(report.checks)} checks, {len(report.findings)} findings")
