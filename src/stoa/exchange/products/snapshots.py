"""What a product is, as flat facts that can be compared and put back: path -> value."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from stoa.catalogue.files.queries import own_terms
from stoa.catalogue.products.exporting import product_facts
from stoa.inventory.stock.queries import levels_of

Snapshot = dict[str, Any]
# Facts that follow from others or that no import writes.
_LEFT_OUT = {"variants", "attributes", "has_draft", "created_at", "external_ref"}


def snapshots_of(product_ids: Iterable[int]) -> dict[int, Snapshot]:
    """By product. Paths: ``title``, ``attribute:capacity``, ``variant:12:barcode``, ``variant:12:price:1``,
    ``variant:12:stock:1`` (on hand) and ``variant:12:policy:1``."""
    facts = product_facts(list(product_ids))
    levels = levels_of([pk for product in facts.values() for pk in product["variants"]])
    terms = own_terms(facts)
    return {pk: _flat(product | {"terms": terms.get(pk)}, levels) for pk, product in facts.items()}


def snapshot_of(product_id: int) -> Snapshot:
    return snapshots_of([product_id]).get(product_id, {})


def _flat(product: dict[str, Any], levels: dict[int, dict[int, list[Any]]]) -> Snapshot:
    flat = {field: value for field, value in product.items() if field not in _LEFT_OUT}
    flat.update({f"attribute:{code}": value for code, value in product["attributes"].items()})
    for pk, variant in product["variants"].items():
        # That it is there.
        flat[f"variant:{pk}"] = True
        flat.update(
            {
                f"variant:{pk}:{field}": value
                for field, value in variant.items()
                if field not in {"prices", "attributes"}
            }
        )
        flat.update({f"variant:{pk}:price:{list_id}": amounts for list_id, amounts in variant["prices"].items()})
        for location_id, (on_hand, *policy) in levels.get(pk, {}).items():
            flat[f"variant:{pk}:stock:{location_id}"] = on_hand
            flat[f"variant:{pk}:policy:{location_id}"] = policy
    return json.loads(json.dumps(flat))  # type: ignore[no-any-return]


def difference(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """(what was, what is) on the paths where the two differ; None stands for what is not there."""
    paths = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    return {path: before.get(path) for path in sorted(paths)}, {path: after.get(path) for path in sorted(paths)}
