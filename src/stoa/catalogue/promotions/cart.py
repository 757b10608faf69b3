"""The lines of a cart as promotions ask for them, and one way to give promotions on it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from stoa.catalogue.promotions.terms import Chosen, Floor, Goods, Promotion


@dataclass(slots=True)
class Run:
    off: list[int]
    delivery_off: int = 0
    # Promotion, line (None for the delivery), amount, and what there was before it. Many runs are tried and one is kept:
    # only that one is put into words.
    taken: list[tuple[Promotion, int | None, int, int]] = field(default_factory=list)
    # Promotion ids that a floor kept away from some line.
    skipped: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.off) + self.delivery_off

    def ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(promotion.id for promotion, *_ in self.taken))

    def blocked_ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.skipped))


class Cart:
    """The lines with everything that is asked of them often at hand."""

    def __init__(self, lines: Sequence[Goods], floor: Floor) -> None:
        self.lines, self.floor = lines, floor
        self.totals = [line.unit_minor * line.quantity for line in lines]
        self.all = [i for i, total in enumerate(self.totals) if total > 0]
        self.by_product: dict[int, list[int]] = defaultdict(list)
        self.by_brand: dict[str, list[int]] = defaultdict(list)
        self.by_category: dict[int, list[int]] = defaultdict(list)
        self.by_choice: dict[int, list[int]] = defaultdict(list)
        for i in self.all:
            line = lines[i]
            self.by_product[line.product_id].append(i)
            self.by_brand[line.brand].append(i)
            for category in line.category_ids:
                self.by_category[category].append(i)
            for choice in line.choice_ids:
                self.by_choice[choice].append(i)
        self.reduced = frozenset(i for i in self.all if lines[i].is_reduced)
        # Places, the dearest piece first.
        self.by_worth = sorted(self.all, key=lambda i: -lines[i].unit_minor)
        self.has_shelf = any(line.shelf_minor for line in lines)

    def _found(self, chosen: Chosen) -> set[int]:
        found: set[int] = set()
        for key in chosen.products & self.by_product.keys():
            found.update(self.by_product[key])
        for name in chosen.brands & self.by_brand.keys():
            found.update(self.by_brand[name])
        for key in chosen.categories & self.by_category.keys():
            found.update(self.by_category[key])
        for key in chosen.choices & self.by_choice.keys():
            found.update(self.by_choice[key])
        return found

    def fitting(self, promotion: Promotion) -> list[int]:
        if promotion.bundle:
            found: set[int] | None = {i for product, _ in promotion.bundle for i in self.by_product.get(product, ())}
        elif promotion.chosen.is_empty:
            found = None
        else:
            found = self._found(promotion.chosen)
        without = set() if promotion.excluded.is_empty else self._found(promotion.excluded)
        if promotion.skips_reduced:
            without = without | self.reduced
        if found is None:
            return [i for i in self.all if i not in without] if without else self.all
        return sorted(found - without)

    def is_below(self, run: Run) -> bool:
        floor = self.floor.order_minor
        return floor is not None and any(run.off) and sum(self.totals) - sum(run.off) < floor

    def below(self, run: Run) -> tuple[int, ...]:
        return tuple(
            i
            for i, line in enumerate(self.lines)
            if run.off[i] and line.floor_minor is not None and self.totals[i] - run.off[i] < line.floor_minor
        )
