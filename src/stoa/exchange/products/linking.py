"""What a product says of other products of its file, written once all of them are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from stoa.catalogue.bundles.actions import set_components
from stoa.catalogue.products.actions import ProductChanges, update_product
from stoa.catalogue.products.exporting import body_kinds, product_facts
from stoa.catalogue.products.importing import products_by_reference
from stoa.catalogue.products.queries import variant_ids_by_sku
from stoa.exchange.files.models import ImportedThing
from stoa.exchange.products.own import local_blocks
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from stoa.exchange.files.models import ImportedFile
    from stoa.exchange.products.shapes import SourceProduct
    from stoa.kernel.actors import Actor

WAITS = ("parts", "components", "blocks")


def waiting_links(product: SourceProduct, product_id: int) -> dict[str, Any]:
    """What is to be written later about a product that was just made: kept with the import, so that a crash loses nothing."""
    found: dict[str, Any] = {"parts": product.parts} if product.parts else {}
    recipes = {str(place): v.own["components"] for place, v in enumerate(product.variants) if v.own.get("components")}
    if recipes:
        found["components"] = recipes
    if product.own.get("waits"):
        found["blocks"] = product.own["blocks"]
    return found


def link_parts(file: ImportedFile, actor: Actor) -> None:
    """Show on the page of each group what it is made of, tell bundles their parts, and have blocks choose what they chose.
    May be repeated."""
    things = ImportedThing.objects.filter(file=file, kind="product", is_new=True)
    for key in WAITS:
        for thing in things.filter(after__has_key=key).iterator():
            try:
                with transaction.atomic():
                    _WRITERS[key](thing, actor)
            except DomainError:
                continue


def _parts(thing: ImportedThing, actor: Actor) -> None:
    found = products_by_reference(thing.after["parts"])
    ids = [found[reference] for reference in thing.after["parts"] if reference in found]
    facts = product_facts([thing.object_id]).get(thing.object_id)
    if facts is None or not ids or "related" not in body_kinds():
        return
    if any(block["type"] == "related" for block in facts["body"]):
        return
    block = {"type": "related", "value": {"heading": "", "products": ids}}
    changes = ProductChanges(body=[*facts["body"], block], publish=facts["live"])
    update_product(thing.object_id, changes, actor=actor)


def _components(thing: ImportedThing, actor: Actor) -> None:
    facts = product_facts([thing.object_id]).get(thing.object_id)
    if facts is None:
        return
    ids = list(facts["variants"])
    for place, recipe in thing.after["components"].items():
        skus = variant_ids_by_sku([str(sku) for sku, _ in recipe])
        parts = [(skus[str(sku)], int(quantity)) for sku, quantity in recipe if str(sku) in skus]
        if int(place) < len(ids) and len(parts) == len(recipe):
            set_components(ids[int(place)], parts, actor=actor)


def _blocks(thing: ImportedThing, actor: Actor) -> None:
    facts = product_facts([thing.object_id]).get(thing.object_id)
    blocks, _ = local_blocks(thing.after["blocks"])
    if facts is not None and blocks != facts["body"]:
        update_product(thing.object_id, ProductChanges(body=blocks, publish=facts["live"]), actor=actor)


_WRITERS = {"parts": _parts, "components": _components, "blocks": _blocks}
