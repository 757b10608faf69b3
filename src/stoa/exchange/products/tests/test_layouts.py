"""What the files of other shops say, read without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from stoa.exchange.errors import MappingError
from stoa.exchange.files.tables import Row
from stoa.exchange.products import presets, shopify, woocommerce
from stoa.exchange.products.bodies import body_of
from stoa.exchange.products.fields import guess
from stoa.exchange.products.mapping import MappedForm, parse
from stoa.exchange.products.shapes import SourceSale, in_currency, sources_of

TODAY = [
    "Title", "URL handle", "Description", "Vendor", "Product category", "Type", "Tags", "Published on online store", "Status",
    "SKU", "Barcode", "Option1 name", "Option1 value", "Option1 Linked To", "Price", "Compare-at price", "Cost per item",
    "Charge tax", "Inventory tracker", "Inventory quantity", "Continue selling when out of stock", "Weight value (grams)",
    "Weight unit for display", "Requires shipping", "Product image URL", "Image position", "Image alt text",
    "Variant image URL", "Gift card", "SEO title", "SEO description", "Google Shopping / MPN", "Google Shopping / Custom Label 0",
    "Fabric (product.metafields.shopify.fabric)", "Price / Trade",
]  # fmt: skip


def rows(header, *cells):
    return [Row(number, dict(zip(header, row, strict=False))) for number, row in enumerate(cells, start=1)]


def read(form, header, *cells):
    return list(form.products(rows(header, *cells), header))


def of_today(**cells):
    plain = {name.lower().replace(" ", "_").replace("-", "_").split("(")[0].rstrip("_"): name for name in TODAY}
    named = {plain[name]: value for name, value in cells.items()}
    return [named.get(name, "") for name in TODAY]


def test_shopifys_columns_of_today_say_the_same_as_those_of_old():
    assert shopify.is_mine(TODAY)
    first = of_today(
        title="Shirt", url_handle="shirt", description="Soft", vendor="Loom", product_category="Apparel > Shirts", tags="a, b",
        published_on_online_store="TRUE", status="Active", sku="S-1", option1_name="Size", option1_value="S", price="20",
        compare_at_price="25", charge_tax="FALSE", inventory_tracker="shopify", inventory_quantity="4",
        continue_selling_when_out_of_stock="CONTINUE", weight_value="250", requires_shipping="TRUE",
        product_image_url="https://x.example/2.jpg", image_position="2", image_alt_text="Side", seo_title="Buy",
        variant_image_url="https://x.example/v.jpg",
    )  # fmt: skip
    first[TODAY.index("Fabric (product.metafields.shopify.fabric)")] = "Linen"
    first[TODAY.index("Google Shopping / MPN")] = "M-1"
    first[TODAY.index("Price / Trade")] = "15"
    second = of_today(url_handle="shirt", option1_value="M", price="21", product_image_url="https://x.example/1.jpg",
                      image_position="1")  # fmt: skip
    [product] = read(shopify, TODAY, first, second)
    assert (product.handle, product.title, product.brand, product.tags) == ("shirt", "Shirt", "Loom", ["a", "b"])
    assert (product.kind, product.tax_class, product.is_published) == ("physical", "zero", True)
    assert product.category_paths == [["Apparel", "Shirts"]]
    assert product.attributes == {"Fabric": "Linen", "MPN": "M-1"}
    small, medium = product.variants
    assert (small.sku, small.price, small.compare_at, small.stock) == ("S-1", Decimal(20), Decimal(25), 4)
    assert (small.weight_grams, small.may_backorder, small.is_tracked) == (250, True, True)
    assert small.prices == {"Trade": (Decimal(15), None)}
    assert (medium.sku, medium.option_values, medium.compare_at) == ("", ["M"], None)
    assert [(picture.source[-5:], picture.alt, picture.variants) for picture in product.pictures] == [
        ("1.jpg", "", []), ("2.jpg", "Side", []), ("v.jpg", "", [0]),
    ]  # fmt: skip
    assert shopify.remarks(TODAY) == ["1 columns for advertisements (Google Shopping) are not brought in"]


def test_gift_cards_stay_out_and_what_is_archived_is_a_draft():
    header = ["Handle", "Title", "Variant Price", "Gift Card", "Status"]
    card, old = read(shopify, header, ["c", "Card", "10", "true", "active"], ["o", "Old", "10", "false", "archived"])
    assert card.faults == {1: "a gift card: those are no goods with a price, and do not come in"}
    assert (old.is_published, old.notes) == (False, {2: ["archived at Shopify: comes in as a draft"]})


def test_a_row_that_cannot_be_read_does_not_part_its_product():
    header = ["Handle", "Title", "Option1 Name", "Option1 Value", "Variant Price"]
    lines = rows(header, ["a", "A", "Size", "S", "1"], [], ["a", "", "", "L", "2"])
    lines[1] = Row(2, {}, "a quotation mark is not closed")
    [product] = shopify.products(lines, header)
    assert (len(product.variants), product.faults) == (2, {2: "a quotation mark is not closed"})


def test_woocommerces_sale_with_days_is_a_sale_and_one_without_a_reduction():
    header = ["ID", "Type", "SKU", "Name", "Regular price", "Sale price", "Date sale price starts", "Date sale price ends",
              "Attribute 1 name", "Attribute 1 value(s)", "Images"]  # fmt: skip
    timed, always = read(
        woocommerce, header,
        ["1", "simple", "A", "A", "10", "8", "2030-01-02", "2030-02-03 00:00:00", "Care", "Hand, Oven", "https://x/1.jpg, 2.jpg"],
        ["2", "simple", "B", "B", "10", "8", "", "", "", "", ""],
    )  # fmt: skip
    assert timed.variants[0].sale == SourceSale(Decimal(8), date(2030, 1, 2), date(2030, 2, 3))
    assert (timed.variants[0].price, timed.variants[0].compare_at) == (Decimal(10), None)
    assert timed.attributes == {"Care": "Hand, Oven"}
    assert [picture.source for picture in timed.pictures] == ["https://x/1.jpg", "2.jpg"]
    assert (always.variants[0].price, always.variants[0].compare_at, always.variants[0].sale) == (
        Decimal(8),
        Decimal(10),
        None,
    )


def test_a_description_becomes_blocks():
    html = (
        "<div><p>Soft <script>alert(1)</script><b onclick='x'>wool</b>.</p>"
        "<table><tr><th>Height:</th><td>9 cm</td></tr><tr><td>Holds</td><td>350&nbsp;ml</td></tr></table>"
        "<p>More.<img src='//cdn.example/a.jpg' alt='A  side'><img src='data:image/png;base64,x'></p>"
        "<iframe src='https://www.youtube.com/embed/dQw4w9WgXcQ'></iframe><iframe src='https://evil.example'></iframe>"
        "<table><tr><td>a</td><td>b</td><td>c</td></tr></table><p>&nbsp;</p></div>"
    )
    body = body_of(html)
    assert [block["type"] for block in body.blocks] == ["text", "specification", "text", "text"]
    facts = body.blocks[1]["value"]["rows"]
    assert facts == [{"name": "Height", "value": "9 cm"}, {"name": "Holds", "value": "350 ml"}]
    text = "".join(block["value"] for block in body.blocks if block["type"] == "text")
    assert "<b>wool</b>" in text
    assert "<td>c</td>" in text
    for gone in ("script", "onclick", "iframe", "img", "youtube"):
        assert gone not in text
    assert body.pictures == [("https://cdn.example/a.jpg", "A side")]
    assert body.notes == [
        "the film https://www.youtube.com/watch?v=dQw4w9WgXcQ is not brought in", "an embedded frame is not brought in",
    ]  # fmt: skip


@pytest.mark.parametrize("html", ["", "   ", "<p>&nbsp;</p>", "<script>x</script>", "<table></table>", "<p><br></p>"])
def test_a_description_that_says_nothing_has_no_blocks(html):
    assert body_of(html).blocks == []


def test_html_that_never_ends_is_read_in_time():
    assert body_of("<div>" * 20_000 + "<table><tr><td>x" + "<img src=" * 1000).blocks is not None


@pytest.mark.parametrize(("cell", "found"), [
    ("https://a.example/1,2.jpg, https://a.example/3.jpg", ["https://a.example/1,2.jpg", "https://a.example/3.jpg"]),
    ("a.jpg,b.jpg", ["a.jpg", "b.jpg"]), ("a.jpg|b.jpg|a.jpg", ["a.jpg", "b.jpg"]), ("", []), (" ", []),
])  # fmt: skip
def test_lists_of_pictures(cell, found):
    assert sources_of(cell) == found


def test_meanings_are_guessed_by_names():
    assert guess(["Artikelnummer", "Titel", "Preis", "EAN", "Image 1", "Image 2", "Weight (kg)", "Foo", "option1_name",
                  "option1_value", "custom_field.custom.room_size"]) == {
        "Artikelnummer": "sku", "Titel": "title", "Preis": "price", "EAN": "barcode", "Image 1": "pictures",
        "Image 2": "pictures", "Weight (kg)": "weight", "option1_name": "option_name:1", "option1_value": "option_value:1",
        "custom_field.custom.room_size": "attribute:Room size",
    }  # fmt: skip


@pytest.mark.parametrize(("said", "words"), [
    ({}, "no \\[columns\\]"), ({"columns": {"a": "nonsense"}}, "nonsense"), ({"columns": {"a": "price"}}, "needs a column"),
    ({"columns": {"a": "sku", "b": "attribute:"}}, "attribute"), ("x =", "no TOML"),
    ({"columns": {"a": "sku"}, "rules": {"weight": "stone"}}, "units are"),
])  # fmt: skip
def test_a_map_that_cannot_be_used_says_why(said, words):
    with pytest.raises(MappingError, match=words):
        parse(said)


def test_a_map_brings_variants_prices_and_stock_by_location_together():
    header = ["Parent", "No", "Name", "Farbe", "VK", "VK CH", "Nord", "Gewicht"]
    form = MappedForm(
        parse({
            "name": "lager",
            "columns": {"Parent": "group", "No": "sku", "Name": "title", "Farbe": "option:Colour", "VK": "price",
                        "VK CH": "price_on:Trade", "Nord": "stock_at:north", "Gewicht": "weight"},
            "rules": {"decimal": ",", "weight": "kg"},
        }),
        header,
    )  # fmt: skip
    mug, pot = form.products(
        rows(header, ["m", "M-R", "Mug", "Red", "1.234,50 €", "9", "3", "0,5"], ["p", "P", "Pot", "", "7", "", "", ""],
             ["m", "M-B", "", "Blue", "8", "", "", ""]), header,
    )  # fmt: skip
    assert (mug.reference, mug.option_names, [v.option_values for v in mug.variants]) == (
        "lager:m", ["Colour"], [["Red"], ["Blue"]],
    )  # fmt: skip
    first = mug.variants[0]
    assert (first.price, first.prices, first.stock_at, first.weight_grams) == (
        Decimal("1234.50"), {"Trade": (Decimal(9), None)}, {"north": 3}, 500,
    )  # fmt: skip
    assert (pot.option_names, [v.sku for v in pot.variants]) == ([], ["P"])


def test_spree_tells_prices_in_several_currencies():
    header = ["slug", "sku", "name", "price", "currency", "status", "tax_category", "option1_name", "option1_value"]
    form = MappedForm(presets.fitting(header), header)
    [product] = form.products(
        rows(header, ["cup", "CUP", "Cup", "0", "USD", "active", "Default", "", ""],
             ["cup", "CUP-R", "", "9", "USD", "", "", "Color", "Red"], ["cup", "CUP-R", "", "8", "EUR", "", "", "", ""]), header,
    )  # fmt: skip
    in_currency(product, "EUR")
    [red] = product.variants
    assert (red.price, red.prices, product.faults) == (Decimal(8), {"USD": (Decimal(9), None)}, {})
    [other] = form.products(rows(header, ["pot", "POT", "Pot", "5", "USD", "active", "", "", ""]), header)
    in_currency(other, "EUR")
    assert (other.variants, other.faults) == ([], {1: "the price is in USD, and the shop sells in EUR"})


def test_vendures_rows_without_a_name_are_further_variants():
    header = ["name", "slug", "description", "assets", "facets", "optionGroups", "optionValues", "sku", "price",
              "taxCategory", "stockOnHand", "trackInventory", "variantAssets", "variantFacets"]  # fmt: skip
    form = MappedForm(presets.fitting(header), header)
    [product] = form.products(
        rows(header, ["Laptop", "laptop", "Fast.", "a.jpg|b.jpg", "category:Computers|brand:Apple", "screen|RAM", "13|8GB",
                      "L1", "1299.00", "standard", "100", "", "", ""],
             ["", "", "", "", "", "", "15|8GB", "L2", "1399.00", "standard", "", "false", "c.jpg", ""]), header,
    )  # fmt: skip
    assert (product.brand, product.category_paths, product.option_names) == (
        "Apple",
        [["Computers"]],
        ["screen", "RAM"],
    )
    assert [v.option_values for v in product.variants] == [["13", "8GB"], ["15", "8GB"]]
    assert [v.is_tracked for v in product.variants] == [True, False]
    assert [(p.source, p.variants) for p in product.pictures] == [("a.jpg", []), ("b.jpg", []), ("c.jpg", [1])]
