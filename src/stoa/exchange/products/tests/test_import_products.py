from __future__ import annotations

from datetime import timedelta

import pytest

from stoa.catalogue.blocks.pictures import film_view
from stoa.catalogue.categories.models import Category
from stoa.catalogue.prices.models import Price
from stoa.catalogue.products.models import Product, Variant
from stoa.catalogue.testing import make_market, make_product
from stoa.exchange.errors import LostRaceError, UnreadableFileError
from stoa.exchange.files import actions as files
from stoa.exchange.files.models import ImportedFile, ImportedRow
from stoa.exchange.products import actions
from stoa.exchange.products.actions import import_products
from stoa.exchange.products.settings import ImportSettings
from stoa.exchange.testing import row_counts, write_csv
from stoa.inventory.stock.models import StockLevel
from stoa.inventory.testing import make_location
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.books import verify

pytestmark = pytest.mark.django_db

SHOPIFY = [
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value", "Option2 Name",
    "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty",
    "Variant Inventory Policy", "Variant Price", "Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable",
    "Variant Barcode", "Image Src", "Status", "SEO Title", "Cost per item",
]  # fmt: skip
WOO = [
    "ID", "Type", "SKU", "Name", "Published", "Visibility in catalog", "Short description", "Description", "Tax status",
    "Tax class", "In stock?", "Stock", "Backorders allowed?", "Weight (kg)", "Length (cm)", "Sale price", "Regular price",
    "Categories", "Tags", "Parent", "Attribute 1 name", "Attribute 1 value(s)", "Attribute 2 name", "Attribute 2 value(s)",
]  # fmt: skip


def shopify(handle: str, **cells: str) -> list[str]:
    """``Price="5"`` is "Variant Price"; a first row has a Title."""
    short = {"Price", "SKU", "Grams", "Barcode", "Taxable"}
    named = {
        f"Variant {n}" if n in short else n.replace("_", " ").replace("Body", "Body (HTML)"): v
        for n, v in cells.items()
    }
    assert set(named) <= set(SHOPIFY)
    return [{"Handle": handle, **named}.get(column, "") for column in SHOPIFY]


def woo(kind: str, **cells: str) -> list[str]:
    columns = {column.split(" (")[0].replace("(s)", "").replace(" ", "_").rstrip("?"): column for column in WOO}
    named = {"Published": "1", "In stock?": "1", **{columns[name]: value for name, value in cells.items()}}
    return [{"Type": kind, **named}.get(column, "") for column in WOO]


@pytest.fixture
def market():
    market = make_market()
    make_location(market)
    return market


@pytest.fixture
def bring(market, tmp_path):
    def perform(rows, header, name="goods.csv", **options):
        return import_products(write_csv(tmp_path / name, rows, header=header), market=market, actor=SYSTEM, **options)

    return perform


SHIRT = [
    shopify(
        "blue-shirt", Title="Blue shirt", Body="<p>Soft.</p><script>alert(1)</script>", Vendor="Loom", Type="Clothes",
        Tags="summer, blue", Published="true", Option1_Name="Size", Option1_Value="S", Option2_Name="Colour",
        Option2_Value="Sky", SKU="SH-S", Grams="200", Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="7",
        Variant_Inventory_Policy="deny", Price="20.00", Variant_Compare_At_Price="25", Barcode="'4006381333931",
        Image_Src="https://example.com/a.jpg", SEO_Title="Shirt", Cost_per_item="8.10",
    ),
    shopify(
        "blue-shirt", Option1_Value="M", Option2_Value="Sky", SKU="SH-M", Variant_Inventory_Tracker="shopify",
        Variant_Inventory_Qty="-2", Variant_Inventory_Policy="continue", Price="22", Variant_Compare_At_Price="22",
    ),
    shopify("blue-shirt", Image_Src="https://example.com/b.jpg"),
]  # fmt: skip


def levels() -> dict[str, tuple[int, str]]:
    return {row.variant.sku: (row.on_hand, row.policy) for row in StockLevel.objects.select_related("variant")}


def test_a_product_of_shopify(bring):
    account = bring(SHIRT, SHOPIFY)
    assert account.counts == {"imported": 3, "credited": 0, "rejected": 0, "skipped": 0}
    product = Product.objects.get()
    assert (product.slug, product.title, product.brand, product.live) == ("blue-shirt", "Blue shirt", "Loom", True)
    assert (product.tags, product.seo_title, product.kind) == (["summer", "blue"], "Shirt", "physical")
    assert "Soft." in str(product.body)
    assert "alert" not in str(product.body)
    assert list(product.options.values_list("name", "values")) == [("Size", ["S", "M"]), ("Colour", ["Sky"])]
    assert [p.category.name for p in product.placements.all()] == ["Clothes"]
    small, medium = Variant.objects.order_by("position")
    assert (small.sku, small.title, small.barcode, small.weight_grams) == ("SH-S", "S / Sky", "4006381333931", 200)
    assert (small.cost_minor, small.cost_currency) == (810, "EUR")
    assert (medium.sku, medium.title, medium.cost_minor) == ("SH-M", "M / Sky", None)
    prices = Price.objects.order_by("variant__position").values_list("amount_minor", "compare_at_minor")
    assert list(prices) == [(2000, 2500), (2200, None)]
    assert levels() == {"SH-S": (7, "deny"), "SH-M": (0, "backorder")}
    owed = StockLevel.objects.get(variant=medium)
    assert (owed.backorder_limit, owed.backorder_date) == (1000, clock.today("Europe/Berlin") + timedelta(days=28))
    assert verify().is_clean


def test_what_shopify_calls_no_option_untaxed_and_not_counted(bring):
    bring(
        [shopify("card", Title="Gift card", Option1_Name="Title", Option1_Value="Default Title", Price="10",
                 Taxable="false", Variant_Requires_Shipping="false", Status="draft")],
        SHOPIFY,
    )  # fmt: skip
    product, variant = Product.objects.get(), Variant.objects.get()
    assert (product.kind, product.tax_class_id, product.live) == ("digital", "zero", False)
    assert (variant.sku, variant.title, variant.is_stock_tracked) == ("CARD", "", False)
    assert list(product.options.all()) == []
    assert levels() == {}


@pytest.mark.parametrize(("rows", "reasons"), [
    ([shopify("a", Title="A")], {"no price": 1}),
    ([shopify("a", Price="5")], {"no title": 1}),
    ([shopify("", Title="A", Price="5")], {"no handle": 1}),
    ([shopify("a", Title="A", Price="-5")], {"the price is out of range: '-5'": 1}),
    ([shopify("a", Title="A", Price="5", Variant_Inventory_Qty="some")], {"the stock is not a number: 'some'": 1}),
    ([shopify("a", Title="A", Price="5", Grams="9e9")], {"the weight is out of range: '9e9'": 1}),
    ([shopify("a", Title="A", Price="5", Option1_Name="Size")], {"an option has no value": 1}),
    ([shopify("a", Title="A", Price="5", SKU="x" * 81)], {"the SKU is longer than 80 characters": 1}),
])  # fmt: skip
def test_faults_are_named_and_nothing_is_written(bring, rows, reasons):
    account = bring(rows, SHOPIFY)
    assert account.reasons == reasons
    assert account.counts["rejected"] == 1
    assert Product.objects.count() == 0
    assert Category.objects.count() == 0


def test_one_faulty_variant_leaves_the_others(bring):
    account = bring([
        shopify("a", Title="A", Option1_Name="Size", Option1_Value="S", SKU="A-S", Price="5"),
        shopify("a", Option1_Value="M", SKU="A-M", Price="five"),
        shopify("a", Option1_Value="L", SKU="A-S", Price="6"),
        shopify("a", Option1_Value="", Image_Src="https://example.com/1.jpg"),
        shopify("a", Option1_Value="XL", Image_Src="https://example.com/1.jpg"),
    ], SHOPIFY)  # fmt: skip
    assert account.counts == {"imported": 2, "credited": 0, "rejected": 3, "skipped": 0}
    assert account.reasons == {
        "the price is not a number: 'five'": 1, "the SKU A-S is taken": 1, "no price": 1,
    }  # fmt: skip
    assert list(Variant.objects.values_list("sku", flat=True)) == ["A-S"]


def test_a_sku_of_the_shop_is_not_taken_and_a_handle_that_comes_back_is_refused(bring, market):
    taken = make_product(market=market).variants.get().sku
    account = bring([
        shopify("a", Title="A", SKU=taken, Price="5"),
        shopify("b", Title="B", SKU="B", Price="5"),
        shopify("c", Title="C", SKU="C", Price="5"),
        shopify("b", Title="B", SKU="B2", Price="5"),
    ], SHOPIFY)  # fmt: skip
    assert account.reasons == {
        f"the SKU {taken} is taken": 1, "the handle stands further up already: rows of one product stand together": 1,
    }  # fmt: skip
    assert sorted(Product.objects.filter(external_ref__startswith="shopify:").values_list("title", flat=True)) == [
        "B",
        "C",
    ]


def test_two_variants_alike_refuse_the_product_and_its_category_is_made_for_the_next(bring):
    account = bring([
        shopify("a", Title="A", Type="Cups", Option1_Name="Size", Option1_Value="S", Price="5"),
        shopify("a", Option1_Value="S", Price="6"),
        shopify("b", Title="B", Type="Cups", Price="5"),
    ], SHOPIFY)  # fmt: skip
    assert account.reasons == {"The product already has a variant with these options.": 2}
    assert [p.category.name for p in Product.objects.get().placements.all()] == ["Cups"]


def test_goods_without_sku_get_one_each(bring):
    bring([shopify("tea--pot", Title="Pot", Price="5"), shopify("tea-pot", Title="Pot", Price="5")], SHOPIFY)
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["TEA-POT", "TEA-POT-2"]


HOODIE = [
    woo("variable", ID="1", SKU="hood", Name="Hoodie", Description=r"Warm.\n\nDark.", Categories=r"Clothes > Tops, Socks\, etc",
        Tags="warm", Weight="1.5", Length="30", Attribute_1_name="Colour", Attribute_1_value="Red, Blue",
        Attribute_2_name="Fabric", Attribute_2_value="Cotton"),
    woo("variation", ID="2", SKU="hood-red", Name="Hoodie - red", Parent="hood", Regular_price="45", Sale_price="42",
        Stock="4", Backorders_allowed="notify", Attribute_1_name="Colour", Attribute_1_value="Red"),
    woo("variation", ID="3", Name="Hoodie - any", Parent="id:1", Regular_price="45", Weight="2", In_stock="0",
        Attribute_1_name="Colour", Attribute_1_value=""),
]  # fmt: skip


def test_a_variable_product_of_woocommerce(bring):
    account = bring(HOODIE, WOO)
    assert account.counts == {"imported": 3, "credited": 0, "rejected": 0, "skipped": 0}
    product = Product.objects.get()
    assert list(product.options.values_list("name", "values")) == [("Colour", ["Red", "Any"])]
    assert "<p>Warm.</p>" in str(product.body)
    assert sorted(p.category.name for p in product.placements.all()) == ["Socks, etc", "Tops"]
    assert Category.objects.get(name="Tops").get_parent().name == "Clothes"
    red, any_ = Variant.objects.order_by("position")
    assert (red.sku, red.weight_grams, red.length_mm) == ("hood-red", 1500, 300)
    assert (any_.sku, any_.title, any_.weight_grams) == ("HOODIE-ANY", "Any", 2000)
    prices = Price.objects.order_by("variant__position").values_list("amount_minor", "compare_at_minor")
    assert list(prices) == [(4200, 4500), (4500, None)]
    assert levels() == {"hood-red": (4, "backorder"), "HOODIE-ANY": (0, "deny")}


def test_kinds_taxes_and_drafts_of_woocommerce(bring):
    bring([
        woo("simple, downloadable, virtual", ID="1", SKU="song", Name="Song", Regular_price="1", Tax_status="none"),
        woo("simple, virtual", ID="2", SKU="talk", Name="Talk", Regular_price="1", Tax_class="reduced-rate"),
        woo("simple", ID="3", SKU="cup", Name="Cup", Regular_price="12,50", Stock="parent", Published="0"),
    ], WOO)  # fmt: skip
    assert list(Product.objects.order_by("title").values_list("title", "kind", "tax_class_id", "live")) == [
        ("Cup", "physical", "standard", False), ("Song", "digital", "zero", True), ("Talk", "service", "reduced", True),
    ]  # fmt: skip
    assert levels() == {"cup": (0, "deny")}
    assert Price.objects.get(variant__sku="cup").amount_minor == 1250


def test_what_woocommerce_has_and_we_do_not(bring):
    account = bring([
        woo("grouped", ID="1", SKU="set", Name="Set"),
        woo("external", ID="2", SKU="far", Name="Far", Regular_price="5"),
        woo("variation", ID="3", SKU="lost", Name="Lost", Regular_price="5", Parent="nobody"),
        woo("simple", ID="4", Name="", Regular_price="5"),
    ], WOO)  # fmt: skip
    assert account.reasons == {
        "sold on another site": 1, "the parent nobody is not in the file": 1, "no name": 1,
    }  # fmt: skip
    assert (account.counts["rejected"], account.counts["imported"], account.is_complete) == (3, 1, True)
    group = Product.objects.get()
    assert (group.title, Price.objects.count()) == ("Set", 0)
    assert list(account.notes) == ["a group: it comes in as a page that shows its parts, which are bought one by one"]


def test_a_dry_run_writes_nothing_and_foresees_the_account(bring):
    rows = [*SHIRT, shopify("b", Title="B", SKU="SH-M", Price="5"), shopify("b-2", Title="B", Price="x")]
    before = row_counts()
    rehearsal = bring(rows, SHOPIFY, is_dry_run=True)
    assert row_counts() == before
    account = bring(rows, SHOPIFY)
    assert (rehearsal.counts, rehearsal.reasons) == (account.counts, account.reasons)
    assert account.counts == {"imported": 3, "credited": 0, "rejected": 2, "skipped": 0}


def test_the_same_file_again_and_the_same_products_in_another(bring):
    bring(SHIRT, SHOPIFY)
    before = row_counts()
    assert bring(SHIRT, SHOPIFY).counts["imported"] == 3
    assert row_counts() == before
    account = bring([*SHIRT, shopify("cup", Title="Cup", Price="5")], SHOPIFY, "second.csv")
    assert account.counts == {"imported": 1, "credited": 0, "rejected": 0, "skipped": 3}
    assert account.reasons == {"the product is there already": 3}
    assert Product.objects.count() == 2


def test_a_file_that_is_no_product_file_leaves_nothing(bring):
    before = row_counts()
    with pytest.raises(UnreadableFileError, match="no product file of Shopify or WooCommerce"):
        bring([["1", "2"]], ["colour", "size"])
    assert row_counts() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("border", range(3))
def test_a_crash_after_any_product_is_made_good_by_the_next_run(bring, monkeypatch, border):
    rows = [*SHIRT, shopify("cup", Title="Cup", Price="5"), shopify("pot", Title="Pot", Price="x")]
    calls = iter(range(99))

    def dies(*args):
        files.mark_done(*args)
        if next(calls) == border:
            raise KeyboardInterrupt

    monkeypatch.setattr(actions, "mark_done", dies)
    with pytest.raises(KeyboardInterrupt):
        bring(rows, SHOPIFY)
    assert (ImportedFile.objects.get().done, Product.objects.count()) == (border, border)
    monkeypatch.setattr(actions, "mark_done", files.mark_done)
    seen = []
    account = bring(rows, SHOPIFY, witness=seen.extend)
    assert account.counts == {"imported": 4, "credited": 0, "rejected": 1, "skipped": 0}
    assert sorted((o.row, o.outcome) for o in seen) == [(n, "imported") for n in (1, 2, 3, 4)] + [(5, "rejected")]
    assert (Product.objects.count(), Variant.objects.count(), ImportedRow.objects.count()) == (2, 3, 1)
    assert levels()["SH-S"] == (7, "deny")
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_write_nothing_twice(bring, market, monkeypatch, tmp_path):
    rows, calls, bring_one = [*SHIRT, shopify("cup", Title="Cup", Price="5")], [], actions._Run.bring

    def overtaken(*args):
        calls.append(args)
        if len(calls) == 2:
            import_products(tmp_path / "goods.csv", market=market, actor=SYSTEM)
        return bring_one(*args)

    monkeypatch.setattr(actions._Run, "bring", overtaken)
    with pytest.raises(LostRaceError):
        bring(rows, SHOPIFY)
    assert (Product.objects.count(), ImportedFile.objects.get().imported) == (2, 4)


def test_prices_are_rounded_to_the_currency_of_the_market(bring):
    bring([shopify("a", Title="A", Price="9.995", Variant_Compare_At_Price="10.00", Cost_per_item="0.004")], SHOPIFY)
    assert list(Price.objects.values_list("amount_minor", "compare_at_minor")) == [(1000, None)]
    assert Variant.objects.get().cost_minor == 0


def test_films_of_a_description_become_films_of_the_page(bring):
    body = (
        "<p>Soft.</p><iframe src='//www.youtube.com/embed/dQw4w9WgXcQ?rel=0'></iframe>"
        "<iframe src='https://player.vimeo.com/video/76979871?h=8272103f6e'></iframe>"
        "<iframe src='https://youtube.com.evil.example/embed/dQw4w9WgXcQ'></iframe>"
    )
    rows = [shopify("blue-shirt", Title="Blue shirt", Body=body, SKU="SH-S", Price="20.00")]
    account = bring(rows, SHOPIFY)
    blocks = Product.objects.get().body.get_prep_value()
    films = [block["value"] for block in blocks if block["type"] == "video"]
    plain = {"video": None, "title": "Blue shirt", "poster": None, "caption": "", "is_in_gallery": False}
    assert films == [
        {**plain, "url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"},
        {**plain, "url": "https://vimeo.com/76979871/8272103f6e"},
    ]
    assert account.notes == {"an embedded frame is not brought in": 1}
    assert [film_view(block.value).title for block in Product.objects.get().body if block.block_type == "video"] == [
        "Blue shirt", "Blue shirt",
    ]  # fmt: skip
    again = bring(rows, SHOPIFY, settings=ImportSettings(update=True))
    assert again.things == {"unchanged": 1}
