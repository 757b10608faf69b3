"""``verify-books``: every room registers the invariants of its own books, and anybody may ask whether they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold, with the rows that break it (JSON values)."""

    check: str
    message: str
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """``checks``: the names of all that were asked, in order."""

    checks: list[str]
    findings: list[Finding]

    @property
    def is_clean(self) -> bool:
        return not self.findings


Check = Callable[[], Iterable[Finding]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add an invariant ("stock.levels"), from a room's ``apps.ready()``. Raises ValueError where the name is taken."""
    if _checks.setdefault(name, check) is not check:
        raise ValueError(f"two checks are called {name}")


def verify() -> Report:
    """Ask every registered check. A check that breaks is a finding itself: silence must mean that all is well."""
    findings: list[Finding] = []
    for name in sorted(_checks):
        try:
            findings.extend(_checks[name]())
        except Exception as error:
            findings.append(Finding(name, f"the check itself failed: {type(error).__name__}: {error}"))
    return Report(sorted(_checks), findings)
