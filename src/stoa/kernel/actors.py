"""Who does something. Passed to every action, never ambient."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """``kind``: system, staff, customer, guest, provider or simulation. ``ref``: a user's primary key, or a name."""

    kind: str
    ref: str = ""
    label: str = ""

    @classmethod
    def staff(cls, user_id: int, label: str = "") -> Actor:
        return cls("staff", str(user_id), label)

    @classmethod
    def customer(cls, user_id: int, label: str = "") -> Actor:
        return cls("customer", str(user_id), label)

    @classmethod
    def provider(cls, name: str) -> Actor:
        return cls("provider", name, name)

    def __str__(self) -> str:
        return self.label or (f"{self.kind}:{self.ref}" if self.ref else self.kind)


SYSTEM = Actor("system", "", "Stoa")
GUEST = Actor("guest", "", "guest")
SIMULATION = Actor("simulation", "", "simulation")
