"""Figures with their limits, printed as a table."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """``limit`` None: told, not judged."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def is_within(self) -> bool:
        return self.limit is None or self.value <= self.limit


@dataclass(slots=True)
class Report:
    figures: list[Figure] = field(default_factory=list)
    plain_ms: float = 0.0

    def add(self, name: str, value: float, unit: str, limit: float | None = None, note: str = "") -> None:
        self.figures.append(Figure(name, value, unit, limit, note))

    def add_cost(self, name: str, milliseconds: float, limit: float, note: str = "") -> None:
        """CPU milliseconds a request, with the ratio to granian's plain response of the same run."""
        times = f"{milliseconds / self.plain_ms:,.1f} x plain" if self.plain_ms else ""
        self.add(name, milliseconds, "ms CPU", limit, f"{times} {note}".strip())

    @property
    def is_within_limits(self) -> bool:
        return all(figure.is_within for figure in self.figures)

    def __str__(self) -> str:
        lines = [f"{'':<44}{'measured':>12}  {'limit':>8}"]
        for figure in self.figures:
            limit = "" if figure.limit is None else f"{figure.limit:g}"
            verdict = "" if figure.limit is None else ("ok" if figure.is_within else "OVER")
            value = f"{figure.value:,.2f} {figure.unit}"
            lines.append(f"{figure.name:<40}{value:>16}  {limit:>8}  {verdict:<5} {figure.note}")
        return "\n".join(lines)
