"""What a product says of other products of its file, written once all of them are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoa.catalogue.products.actions import ProductChanges, update_product
from stoa.catalogue.products.exporting import body_kinds, product_facts
from stoa.catalogue.products.importing import products_by_reference
from stoa.exchange.files.models import ImportedThing
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from stoa.exchange.files.models import ImportedFile
    from stoa.kernel.actors import Actor


def link_parts(file: ImportedFile, actor: Actor) -> None:
    """Show on the page of each group the products that it is made of. May be repeated."""
    groups = ImportedThing.objects.filter(file=file, kind="product", is_new=True, after__has_key="parts")
    for thing in groups.iterator():
        found = products_by_reference(thing.after["parts"])
        ids = [found[reference] for reference in thing.after["parts"] if reference in found]
        facts = product_facts([thing.object_id]).get(thing.object_id)
        if facts is None or not ids or "related" not in body_kinds():
            continue
        if any(block["type"] == "related" for block in facts["body"]):
            continue
        block = {"type": "related", "value": {"heading": "", "products": ids}}
        try:
            update_product(
                thing.object_id, ProductChanges(body=[*facts["body"], block], publish=facts["live"]), actor=actor
            )
        except DomainError:
            continue
