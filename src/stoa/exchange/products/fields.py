"""What a column of any file may mean, and what its name suggests. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stoa.exchange.products.columns import plain


@dataclass(frozen=True, slots=True)
class Field:
    """``takes_name``: it is followed by a name of the merchant's choice (``attribute:Capacity``)."""

    code: str
    label: str | Promise
    group: str | Promise
    names: tuple[str, ...] = ()
    takes_name: bool = False


_PRODUCT, _VARIANT, _FREE = _("Product"), _("Variant"), _("With a name")

FIELDS: tuple[Field, ...] = (
    Field("group", _("number of the product (rows with the same one belong together)"), _PRODUCT,
          ("group", "parent", "parent sku", "parent id", "product id", "item group id", "master")),
    Field("handle", _("address"), _PRODUCT, ("handle", "slug", "url handle", "url key", "permalink", "seo url")),
    Field("reference", _("number in the other system"), _PRODUCT, ("reference", "external id", "id")),
    Field("title", _("title"), _PRODUCT,
          ("title", "name", "product name", "product title", "item name", "titel", "bezeichnung", "produktname", "artikel")),
    Field("subtitle", _("short description"), _PRODUCT, ("subtitle", "short description", "summary", "kurzbeschreibung")),
    Field("description", _("description"), _PRODUCT,
          ("description", "body", "body html", "long description", "details", "beschreibung", "content")),
    Field("brand", _("brand"), _PRODUCT, ("brand", "vendor", "manufacturer", "marke", "hersteller", "supplier brand")),
    Field("category", _("category"), _PRODUCT,
          ("category", "categories", "product category", "collection", "collections", "product type", "type", "taxon",
           "taxons", "kategorie", "kategorien", "warengruppe")),
    Field("tags", _("tags"), _PRODUCT, ("tags", "tag", "keywords", "schlagworte")),
    Field("kind", _("kind (physical, digital, service)"), _PRODUCT, ("kind",)),
    Field("shipping", _("needs delivery (yes or no)"), _PRODUCT, ("requires shipping", "shippable", "physical")),
    Field("digital", _("is digital (yes or no)"), _PRODUCT, ("digital", "downloadable", "virtual")),
    Field("tax_class", _("tax class"), _PRODUCT, ("tax class", "tax category", "steuerklasse")),
    Field("taxable", _("taxable (yes or no)"), _PRODUCT, ("taxable", "charge tax")),
    Field("status", _("published (yes, no, active, draft ...)"), _PRODUCT, ("status", "published", "state", "visible")),
    Field("seo_title", _("search title"), _PRODUCT, ("seo title", "meta title", "page title")),
    Field("seo_description", _("search description"), _PRODUCT, ("seo description", "meta description")),
    Field("pictures", _("pictures (addresses or file names)"), _PRODUCT,
          ("images", "image", "image src", "image url", "image link", "pictures", "picture", "assets", "photo", "photos",
           "bild", "bilder", "additional image link")),
    Field("picture_alt", _("what the picture shows"), _PRODUCT, ("image alt", "image alt text", "alt text")),
    Field("facets", _("facets (name:value|name:value)"), _PRODUCT, ("facets",)),
    Field("sku", _("SKU"), _VARIANT,
          ("sku", "variant sku", "item number", "article number", "artikelnummer", "part number", "product code", "item code",
           "mpn", "code")),
    Field("price", _("price"), _VARIANT,
          ("price", "variant price", "regular price", "retail price", "list price", "unit price", "preis", "vk")),
    Field("currency", _("currency of the price"), _VARIANT, ("currency", "price currency", "währung")),
    Field("compare_at", _("compare-at price"), _VARIANT,
          ("compare at price", "compare price", "rrp", "msrp", "uvp", "original price", "was price", "old price")),
    Field("sale_price", _("sale price (the price becomes the compare-at price)"), _VARIANT,
          ("sale price", "special price", "discount price", "angebotspreis")),
    Field("cost", _("cost"), _VARIANT,
          ("cost", "cost price", "cost per item", "purchase price", "wholesale price", "einkaufspreis", "ek")),
    Field("barcode", _("barcode"), _VARIANT, ("barcode", "gtin", "ean", "upc", "isbn", "ean13", "variant barcode")),
    Field("stock", _("stock"), _VARIANT,
          ("stock", "quantity", "qty", "inventory", "stock on hand", "inventory quantity", "inventory count", "available",
           "on hand", "bestand", "lagerbestand", "menge")),
    Field("track", _("stock is counted (yes or no)"), _VARIANT, ("track inventory", "manage stock", "tracked")),
    Field("backorder", _("sold beyond the stock (yes or no)"), _VARIANT,
          ("backorder", "backorders", "inventory backorderable", "allow backorders", "continue selling when out of stock")),
    Field("weight", _("weight"), _VARIANT, ("weight", "gewicht", "variant weight", "shipping weight")),
    Field("length", _("length"), _VARIANT, ("length", "depth", "länge", "tiefe")),
    Field("width", _("width"), _VARIANT, ("width", "breite")),
    Field("height", _("height"), _VARIANT, ("height", "höhe")),
    Field("weight_unit", _("unit of the weight"), _VARIANT, ("weight unit",)),
    Field("size_unit", _("unit of the measures"), _VARIANT, ("dimensions unit", "dimension unit", "size unit")),
    Field("active", _("for sale (yes or no)"), _VARIANT, ("enabled", "for sale", "active")),
    Field("variant_pictures", _("pictures of the variant"), _VARIANT,
          ("variant image", "variant images", "variant assets", "variant picture")),
    Field("option_names", _("names of the options (Size|Colour)"), _VARIANT, ("option groups", "option names")),
    Field("option_values", _("values of the options (M|Red)"), _VARIANT, ("option values",)),
    Field("option_name", _("name of an option"), _FREE, takes_name=True),
    Field("option_value", _("value of an option"), _FREE, takes_name=True),
    Field("option", _("option"), _FREE, takes_name=True),
    Field("attribute", _("attribute"), _FREE, takes_name=True),
    Field("price_on", _("price on a list"), _FREE, takes_name=True),
    Field("stock_at", _("stock at a location"), _FREE, takes_name=True),
)  # fmt: skip
BY_CODE = {field.code: field for field in FIELDS}
_BY_NAME = {plain(name): field.code for field in FIELDS for name in field.names}
_NUMBERED = re.compile(r"(.*?)[ _.-]*(\d{1,2})[ _.-]*(.*)")
_OPTION_WORDS = {
    "size": "Size", "colour": "Colour", "color": "Color", "material": "Material", "style": "Style", "flavour": "Flavour",
    "flavor": "Flavor", "scent": "Scent", "größe": "Größe", "farbe": "Farbe",
}  # fmt: skip
# With a unit behind the name: "Weight (kg)".
_WITH_UNIT = re.compile(r"(.+?)[ _]*[(\[](\w{1,3})[)\]]")
SEVERAL = {"category", "pictures", "tags", "variant_pictures", "facets"}


def guess(header: Iterable[str]) -> dict[str, str]:
    """Column -> what it seems to mean; columns that say nothing are left out. One column for each meaning that takes one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    names = list(header)
    has_group = any(_BY_NAME.get(plain(name)) == "group" for name in names)
    for column in names:
        meaning = _meaning(column)
        if not meaning and has_group and plain(column) in _OPTION_WORDS:
            meaning = f"option:{_OPTION_WORDS[plain(column)]}"
        base = meaning.partition(":")[0]
        if not meaning or (meaning in taken and base not in SEVERAL):
            continue
        taken.add(meaning)
        found[column] = meaning
    return found


def _meaning(column: str) -> str:
    name = plain(column)
    if name in _BY_NAME:
        return _BY_NAME[name]
    if unit := _WITH_UNIT.fullmatch(column.strip()):
        return _meaning(unit[1])
    lowered = column.casefold()
    if ".metafields." in lowered or lowered.startswith(("custom_field.", "attribute:", "attribute ", "attr_", "meta:")):
        return f"attribute:{pretty(column)}"
    if numbered := _NUMBERED.fullmatch(column):
        word, number, rest = plain(numbered[1]), numbered[2], plain(numbered[3])
        if word == "option":
            return f"option_{'value' if rest.startswith('value') else 'name'}:{number}"
        if rest in {"", "src", "url", "name"} and _BY_NAME.get(word) in SEVERAL:
            return _BY_NAME[word]
    return ""


def pretty(column: str) -> str:
    """``custom_field.custom.room_coverage`` is ``Room coverage``."""
    last = re.sub(r"\s*\(.*\)$", "", column)
    last = re.split(r"[.:]", last)[-1].removeprefix("attr_").replace("_", " ").strip()
    return (last[:1].upper() + last[1:])[:80] or column[:80]


def is_meaning(text: str) -> bool:
    """Whether a map may name this: a field, or one that takes a name followed by a colon and the name."""
    code, _, name = text.partition(":")
    field = BY_CODE.get(code)
    return field is not None and field.takes_name == bool(name.strip())
