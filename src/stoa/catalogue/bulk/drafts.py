"""What an operation says of one row, before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from stoa.kernel.actors import Actor

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """``reason`` says why a row is refused (``is_refused``), or what else there is to know of it."""

    product_id: int
    label: str
    before: Any
    after: Any
    variant_id: int | None = None
    reason: str = ""
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A row at work: ``expected`` is what must be there now, ``wanted`` what is to be there."""

    row_id: int
    product_id: int
    variant_id: int | None
    expected: Any
    wanted: Any


class Operation(Protocol):
    """One kind of bulk edit. Values (before, after) are JSON."""

    # How many rows are written in one transaction.
    batch: int

    def check(self, options: Options) -> dict[str, Any]:
        """The options as they are kept. Raises BulkEditInvalidError."""
        ...

    def plan(self, product_ids: Collection[int], options: Options) -> list[Draft]:
        """Rows of these products, in the order of their ids."""
        ...

    def present(self, targets: Collection[Target], options: Options) -> dict[int, Any]:
        """What is there now, by row; what is gone is missing."""
        ...

    def write(self, target: Target, options: Options, actor: Actor) -> None:
        """Write ``wanted``, through an action. Raises DomainError."""
        ...
