from __future__ import annotations

from dataclasses import dataclass

from stoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class Happened(Event):
    number: int
    words: list[str]
