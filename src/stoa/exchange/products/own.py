"""What our own files say beside the columns of another shop: see ``exporting``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stoa.catalogue.files.actions import MOST
from stoa.catalogue.products.exporting import with_references
from stoa.catalogue.products.importing import pictures_by_hash, products_by_slug
from stoa.catalogue.products.queries import variant_ids_by_sku
from stoa.catalogue.videos.queries import videos_by_hash
from stoa.exchange.products.shapes import SourceFile, SourcePicture

if TYPE_CHECKING:
    from stoa.exchange.products.shapes import SourceProduct

KINDS = {"physical", "digital", "service", "bundle"}


def take_over(product: SourceProduct) -> None:
    """Let what our own file says in full stand before what the columns say of it. Anything malformed is passed over."""
    own = product.own
    product.summary = _text(own, "subtitle") or product.summary
    if own.get("kind") in KINDS:
        product.kind = own["kind"]
    if own.get("tax_class"):
        product.tax_class = _text(own, "tax_class")
    if isinstance(own.get("tags"), list):
        product.tags = [str(tag) for tag in own["tags"]]
    if isinstance(own.get("categories"), list):
        product.category_paths = [[str(name) for name in path] for path in own["categories"] if isinstance(path, list)]
    options = own.get("options")
    if isinstance(options, list) and all(_is_option(option) for option in options):
        product.option_names = [option[0] for option in options]
    else:
        own.pop("options", None)
    if isinstance(own.get("attributes"), dict):
        product.attributes = {}


def place_pictures(product: SourceProduct) -> None:
    """Each place of each picture, as our own file says."""
    places = product.own.get("pictures")
    if not isinstance(places, list):
        return
    named = product.pictures
    found = []
    for place in places:
        if not (
            isinstance(place, list) and len(place) == 3 and isinstance(place[0], int) and 0 <= place[0] < len(named)
        ):
            return
        number, alt, variant = place
        variants = [variant] if isinstance(variant, int) and 0 <= variant < len(product.variants) else []
        found.append(SourcePicture(named[number].source, str(alt), named[number].row, variants))
    product.pictures = found


def place_files(product: SourceProduct) -> None:
    """The files that are sold, and their terms, as our own file says."""
    row = product.rows[0] if product.rows else 0
    for said in product.own.get("files") or ():
        if not (isinstance(said, list) and len(said) == 3 and isinstance(said[0], str) and isinstance(said[1], str)):
            continue
        source, name, variant = said
        if variant is None:
            product.files.append(SourceFile(source, name, row))
        elif isinstance(variant, int) and 0 <= variant < len(product.variants):
            product.files.append(SourceFile(source, name, row, [variant]))
        else:
            # Of a variant that did not come in: it is not for all the others.
            product.note(row, f"the file {name} belongs to a variant that is not here")
    terms = product.own.get("terms")
    if isinstance(terms, list) and len(terms) == 2 and all(_is_term(term) for term in terms):
        product.download_terms = (terms[0], terms[1])


def local_blocks(blocks: list[Any]) -> tuple[list[dict[str, Any]], bool]:
    """Blocks as this shop stores them, and whether some of what they choose is not there yet."""
    sound = [block for block in blocks if isinstance(block, dict) and "type" in block and "value" in block]
    wanted: dict[str, set[str]] = {"picture": set(), "product": set(), "variant": set(), "video": set()}

    def note(kind: str, said: Any) -> Any:
        if isinstance(said, dict) and kind in wanted:
            wanted[kind].add(str(said.get(kind, "")))
        return said

    with_references(sound, note)
    known = {
        "picture": pictures_by_hash(wanted["picture"]) if wanted["picture"] else {},
        "product": products_by_slug(wanted["product"]) if wanted["product"] else {},
        "variant": variant_ids_by_sku(wanted["variant"]) if wanted["variant"] else {},
        "video": videos_by_hash(wanted["video"]) if wanted["video"] else {},
    }
    missing: list[str] = []

    def resolve(kind: str, said: Any) -> Any:
        name = str(said.get(kind, "")) if isinstance(said, dict) else ""
        pk = known.get(kind, {}).get(name)
        if pk is None:
            missing.append(name)
        return pk

    return with_references(sound, resolve), bool(missing)


def _is_option(option: Any) -> bool:
    return isinstance(option, list) and len(option) == 2 and isinstance(option[0], str) and isinstance(option[1], list)


def _is_term(term: Any) -> bool:
    return term is None or (isinstance(term, int) and not isinstance(term, bool) and 0 <= term <= MOST)


def _text(own: dict[str, Any], name: str) -> str:
    return own[name] if isinstance(own.get(name), str) else ""
