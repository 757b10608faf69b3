"""The shop's products in the columns of Shopify, so that this and other shops can bring them in again.

What that format has no column for stands, as JSON, in two columns that other shops pass over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import default_storage

from stoa.catalogue.bundles.queries import components
from stoa.catalogue.files.queries import KeptFile, kept_files, own_terms
from stoa.catalogue.prices.queries import price_lists
from stoa.catalogue.products.cleaning import clean_html
from stoa.catalogue.products.exporting import (
    PictureFile,
    category_paths,
    picture_files,
    product_facts,
    product_ids,
    slugs_of,
    with_references,
)
from stoa.catalogue.products.queries import variants_by_id
from stoa.catalogue.types.queries import AttributeView, attribute_views, types
from stoa.catalogue.videos.queries import hashes_of
from stoa.exchange.products.shopify import OWN_PRODUCT, OWN_VARIANT
from stoa.inventory.stock.queries import levels_of, locations
from stoa.kernel.money import Money

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

_BEFORE = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Collection", "Tags", "Published", "Option1 Name", "Option1 Value",
    "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams",
    "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Inventory Policy", "Variant Fulfillment Service",
    "Variant Price", "Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable", "Variant Barcode",
    "Image Src", "Image Position", "Image Alt Text", "Gift Card", "SEO Title", "SEO Description", "Variant Image",
    "Variant Weight Unit", "Cost per item", "Status",
)  # fmt: skip
MAX_OPTIONS = 3
PIECE = 200


def columns() -> list[str]:
    """The header: Shopify's columns, one for each attribute, and our own two."""
    return [*_BEFORE, *_attribute_columns(attribute_views().values()).values(), OWN_PRODUCT, OWN_VARIANT]


def product_rows(
    market: Market,
    name_of_picture: Callable[[PictureFile], str] | None = None,
    name_of_file: Callable[[KeptFile], str] | None = None,
) -> Iterator[list[str]]:
    """A row a variant under ``columns()``, the first of a product with what belongs to all of it, and a row for each further
    picture. Amounts in major units. ``name_of_picture``: what stands for a picture, else its address.
    ``name_of_file``: what stands for a file that is sold; without it they are left out, for they have no address."""
    header = columns()
    exporter = _Exporter(market, name_of_picture or address_of, name_of_file)
    ids = product_ids()
    for start in range(0, len(ids), PIECE):
        for cells in exporter.rows(ids[start : start + PIECE]):
            yield [cells.get(column, "") for column in header]


def address_of(picture: PictureFile) -> str:
    """Where the picture lies on the internet."""
    url = default_storage.url(picture.file)
    return url if "://" in url else f"{settings.STOA_BASE_URL}{url}"


def _attribute_columns(views: Any) -> dict[str, str]:
    return {view.code: f"{view.name} (product.metafields.custom.{view.code.replace('-', '_')})" for view in views}


@dataclass(slots=True)
class _Piece:
    """What a piece of products needs, read at once."""

    facts: dict[int, dict[str, Any]]
    pictures: dict[int, PictureFile]
    slugs: dict[int, str]
    levels: dict[int, dict[int, list[Any]]]
    recipes: dict[int, list[tuple[int, int]]]
    skus: dict[int, str] = field(default_factory=dict)
    films: dict[int, str] = field(default_factory=dict)
    files: dict[int, list[KeptFile]] = field(default_factory=dict)
    terms: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)


class _Exporter:
    def __init__(
        self,
        market: Market,
        name_of_picture: Callable[[PictureFile], str],
        name_of_file: Callable[[KeptFile], str] | None = None,
    ) -> None:
        self._market = market
        self._name_of_picture = name_of_picture
        self._name_of_file = name_of_file
        self._paths = category_paths()
        self._lists = {row.id: "" if row.id == market.price_list_id else row.name for row in price_lists()}
        places = list(locations())
        self._locations = {row.pk: row.code for row in places}
        self._types = {row.pk: row.code for row in types()}
        self._attributes: dict[str, AttributeView] = {view.code: view for view in attribute_views().values()}
        self._columns = _attribute_columns(self._attributes.values())

    def rows(self, ids: list[int]) -> Iterator[dict[str, str]]:
        piece = self._read(ids)
        for pk in ids:
            if pk in piece.facts:
                yield from self._product(pk, piece)

    def _read(self, ids: list[int]) -> _Piece:
        facts = product_facts(ids)
        chosen: dict[str, set[int]] = {"picture": set(), "product": set()}

        def note(kind: str, pk: Any) -> Any:
            chosen.setdefault(kind, set()).add(pk)
            return pk

        for product in facts.values():
            with_references(product["body"], note)
            chosen["picture"].update(picture[0] for picture in product["pictures"])
        variant_ids = [pk for product in facts.values() for pk in product["variants"]]
        recipes = components(variant_ids)
        parts = {part for recipe in recipes.values() for part, _ in recipe} | chosen.get("variant", set())
        return _Piece(
            facts,
            picture_files(chosen["picture"]),
            slugs_of(chosen["product"]),
            levels_of(variant_ids),
            recipes,
            {pk: row.sku for pk, row in variants_by_id(parts, with_pictures=False).items()} if parts else {},
            hashes_of(chosen["video"]) if chosen.get("video") else {},
            kept_files(facts) if self._name_of_file is not None else {},
            own_terms(facts),
        )

    def _product(self, product_id: int, piece: _Piece) -> Iterator[dict[str, str]]:
        product = piece.facts[product_id]
        pictures = self._pictures(product, piece)
        variants = list(product["variants"].items())
        for number in range(max(len(variants), len(pictures))):
            cells = {"Handle": product["slug"]}
            if number < len(variants):
                pk, variant = variants[number]
                cells |= self._variant(pk, variant, product, piece)
            if number == 0:
                cells |= self._whole(product_id, product, piece)
            if number < len(pictures):
                name, alt = pictures[number]
                cells |= {"Image Src": name, "Image Position": str(number + 1), "Image Alt Text": alt}
            yield cells

    def _pictures(self, product: dict[str, Any], piece: _Piece) -> list[tuple[str, str]]:
        """(name, alt text), each picture once."""
        found: dict[int, tuple[str, str]] = {}
        for pk, alt, _ in product["pictures"]:
            if pk in piece.pictures:
                found.setdefault(pk, (self._name_of_picture(piece.pictures[pk]), alt))
        return list(found.values())

    def _whole(self, pk: int, product: dict[str, Any], piece: _Piece) -> dict[str, str]:
        paths = [self._paths[one] for one in product["categories"] if one in self._paths]
        written = [" > ".join(name.replace(">", "\\>") for name in path) for path in paths]
        names = {f"Option{n} Name": name for n, (name, _) in enumerate(product["options"][:MAX_OPTIONS], start=1)}
        no_options = {"Option1 Name": "Title", "Option1 Value": "Default Title"}
        return {
            **(names or (no_options if product["variants"] else {})),
            "Title": product["title"],
            "Body (HTML)": _html(product["body"]),
            "Vendor": product["brand"],
            "Type": written[0] if written else "",
            "Collection": ", ".join(path.replace(",", "\\,") for path in written[1:]),
            "Tags": ", ".join(tag.replace(",", "\\,") for tag in product["tags"]),
            "Published": "true" if product["live"] else "false",
            "Gift Card": "false",
            "SEO Title": product["seo_title"],
            "SEO Description": product["seo_description"],
            "Status": "active" if product["live"] else "draft",
            **{self._columns[code]: self._said(code, value) for code, value in product["attributes"].items()},
            OWN_PRODUCT: _json(self._own(pk, product, piece)),
        }

    def _said(self, code: str, value: Any) -> str:
        """A value as people write it: labels instead of codes."""
        view = self._attributes[code]
        labels = {choice.code: choice.label for choice in view.choices}
        if isinstance(value, list):
            return ", ".join(str(labels.get(one, one)).replace(",", "\\,") for one in value)
        return f"{labels.get(value, value)} {view.unit}".strip() if value else ""

    def _own(self, pk: int, product: dict[str, Any], piece: _Piece) -> dict[str, Any]:
        def name(kind: str, ref: Any) -> Any:
            if kind == "picture":
                return {"picture": piece.pictures[ref].hash} if ref in piece.pictures else None
            if kind == "product":
                return {"product": piece.slugs[ref]} if ref in piece.slugs else None
            if kind == "variant":
                return {"variant": piece.skus[ref]} if ref in piece.skus else None
            if kind == "video":
                return {"video": piece.films[ref]} if ref in piece.films else None
            return None

        return {
            "kind": product["kind"],
            "tax_class": product["tax_class"],
            "subtitle": product["subtitle"],
            "position": product["position"],
            "reference": product["external_ref"] or f"shopify:{product['slug']}"[:200],
            "created_at": product["created_at"],
            "type": self._types.get(product["type"], ""),
            "tags": product["tags"],
            "categories": [self._paths[one] for one in product["categories"] if one in self._paths],
            "options": product["options"],
            "blocks": with_references(product["body"], name),
            "attributes": {code: self._defined(code, value) for code, value in product["attributes"].items()},
            "pictures": self._shown(product, piece),
            "files": self._enclosed(pk, product, piece),
            "terms": piece.terms.get(pk),
        }

    def _enclosed(self, pk: int, product: dict[str, Any], piece: _Piece) -> list[list[Any]]:
        """Every file that is sold: [what stands for it, its name, place of the variant or None]."""
        places = {variant: place for place, variant in enumerate(product["variants"])}
        found: dict[tuple[int | None, str], list[Any]] = {}
        name_of = self._name_of_file
        for file in piece.files.get(pk, ()):
            if name_of is None:
                break
            if file.variant_id is not None and file.variant_id not in places:
                continue
            name = PurePosixPath(file.name)
            shown, number = file.name, 1
            # A file comes in by its name: two of the same name would come in as one.
            while (file.variant_id, shown) in found:
                number += 1
                shown = f"{name.stem} ({number}){name.suffix}"
            place = places[file.variant_id] if file.variant_id is not None else None
            found[(file.variant_id, shown)] = [name_of(file), shown, place]
        return list(found.values())

    def _shown(self, product: dict[str, Any], piece: _Piece) -> list[list[Any]]:
        """Every place of a picture: [its number among the rows, alt text, place of the variant or None]."""
        order: dict[int, int] = {}
        for pk, _, _ in product["pictures"]:
            if pk in piece.pictures:
                order.setdefault(pk, len(order))
        places = {pk: place for place, pk in enumerate(product["variants"])}
        return [[order[pk], alt, places.get(variant)] for pk, alt, variant in product["pictures"] if pk in order]

    def _defined(self, code: str, value: Any) -> dict[str, Any]:
        view = self._attributes[code]
        labels = {choice.code: choice.label for choice in view.choices}
        written = [labels.get(one, one) for one in value] if isinstance(value, list) else labels.get(value, value)
        more = {"unit": view.unit, "decimals": view.decimals} if view.kind == "number" else {}
        more |= {"is_multiple": True} if view.is_multiple else {}
        more |= {"is_facet": True} if view.is_facet else {}
        return {"name": view.name, "kind": view.kind, "value": written, **more}

    def _variant(self, pk: int, variant: dict[str, Any], product: dict[str, Any], piece: _Piece) -> dict[str, str]:
        levels = piece.levels.get(pk, {})
        price = variant["prices"].get(self._market.price_list_id, [None, None])
        shown = next((picture for picture, _, owner in product["pictures"] if owner == pk), None)
        cost = variant["cost_minor"]
        return {
            **{f"Option{n} Value": value for n, value in enumerate(variant["option_values"][:MAX_OPTIONS], start=1)},
            "Variant SKU": variant["sku"],
            "Variant Grams": str(variant["weight_grams"] or ""),
            "Variant Inventory Tracker": "shopify" if variant["is_stock_tracked"] else "",
            "Variant Inventory Qty": str(sum(said[0] for said in levels.values())) if variant["is_stock_tracked"] else "",
            "Variant Inventory Policy": "continue" if any(said[1] == "backorder" for said in levels.values()) else "deny",
            "Variant Fulfillment Service": "manual",
            "Variant Price": self._major(price[0]),
            "Variant Compare At Price": self._major(price[1]),
            "Variant Requires Shipping": "true" if product["kind"] in {"physical", "bundle"} else "false",
            "Variant Taxable": "false" if product["tax_class"] == "zero" else "true",
            "Variant Barcode": variant["barcode"],
            "Variant Image": self._name_of_picture(piece.pictures[shown]) if shown in piece.pictures else "",
            "Variant Weight Unit": "g" if variant["weight_grams"] else "",
            "Cost per item": "" if cost is None else str(Money(cost, variant["cost_currency"] or self._market.currency).decimal),
            OWN_VARIANT: _json(self._own_variant(pk, variant, piece)),
        }  # fmt: skip

    def _own_variant(self, pk: int, variant: dict[str, Any], piece: _Piece) -> dict[str, Any]:
        fields = (
            "option_values",
            "is_active",
            "position",
            "length_mm",
            "width_mm",
            "height_mm",
            "cost_minor",
            "cost_currency",
        )
        own = {name: variant[name] for name in fields}
        own["prices"] = {self._lists[pk_]: said for pk_, said in variant["prices"].items() if pk_ in self._lists}
        own["stock"] = {self._locations[place]: said for place, said in piece.levels.get(pk, {}).items()}
        if recipe := piece.recipes.get(pk):
            own["components"] = [[piece.skus[part], quantity] for part, quantity in recipe if part in piece.skus]
        if variant["attributes"]:
            own["attributes"] = {code: self._defined(code, value) for code, value in variant["attributes"].items()}
        return own

    def _major(self, minor: int | None) -> str:
        return "" if minor is None else f"{Decimal(Money(minor, self._market.currency).decimal):f}"


def _html(body: list[dict[str, Any]]) -> str:
    """Text and tables of facts as other shops can show them."""
    parts = []
    for block in body:
        if block["type"] == "text" and isinstance(block["value"], str):
            parts.append(clean_html(block["value"]))
        elif block["type"] == "specification":
            rows = [
                item["value"] if "value" in item and "name" not in item else item for item in block["value"]["rows"]
            ]
            cells = "".join(f"<tr><th>{_text(row['name'])}</th><td>{_text(row['value'])}</td></tr>" for row in rows)
            parts.append(f"<table><tbody>{cells}</tbody></table>" if cells else "")
    return "".join(parts)


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
