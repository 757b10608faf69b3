"""What goes out comes back the same: every fact of the catalogue, compared."""

from __future__ import annotations

import csv
import hashlib
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from stoa.catalogue.bundles.actions import set_components
from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.files.actions import attach_file, remove_file, set_terms
from stoa.catalogue.files.queries import kept_files, own_terms
from stoa.catalogue.media.actions import store_picture
from stoa.catalogue.models import Video
from stoa.catalogue.prices.actions import PriceChange, create_price_list, set_breaks, set_prices
from stoa.catalogue.products.data import OptionData, PictureData, VariantData, specification_block, text_block
from stoa.catalogue.products.exporting import (
    category_paths,
    category_rows,
    picture_files,
    product_facts,
    product_ids,
    slugs_of,
    with_references,
)
from stoa.catalogue.products.models import Product, Variant
from stoa.catalogue.redirects import all_redirects, move_address
from stoa.catalogue.testing import make_market, make_product, picture_bytes
from stoa.catalogue.types.actions import define_attribute, define_type, set_attributes, set_type
from stoa.catalogue.videos.actions import store_video
from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.sheets import inert
from stoa.exchange.pictures.actions import fetch_pictures
from stoa.exchange.pictures.queries import waiting_products
from stoa.exchange.products.actions import import_products
from stoa.exchange.products.exporting import columns, product_rows
from stoa.exchange.products.settings import ImportSettings
from stoa.exchange.shop.exporting import write_shop
from stoa.exchange.shop.importing import import_shop
from stoa.inventory.models import StockLevel
from stoa.inventory.stock.queries import levels_of
from stoa.inventory.testing import make_location, stock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.books import verify

pytestmark = pytest.mark.django_db


FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + b"\x00" * 64
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nA mug.\n"


def fill(market):
    """A little of everything that the catalogue knows."""
    home = create_category(
        "Home", actor=SYSTEM, description="<p>All.</p>", seo_title="Home things", filters={"off": ["price"]}
    )
    cups = create_category("Cups, > pots", actor=SYSTEM, parent_id=home.pk, slug="cups")
    create_category("Hidden", actor=SYSTEM, is_visible=False)
    red, blue, inside = (store_picture(picture_bytes(colour=c), c, SYSTEM) for c in ("red", "blue", "green"))
    film = store_video(
        ContentFile(FILM, "turn.mp4"), "Turning", actor=SYSTEM, poster_id=blue.pk, captions=ContentFile(CAPTIONS)
    )
    define_attribute("capacity", actor=SYSTEM, name="Capacity", kind="number", unit="ml", decimals=1)
    define_attribute("care", actor=SYSTEM, name="Care", kind="choice", choices=["Hand, wash", "Oven"], is_multiple=True)
    define_attribute("vegan", actor=SYSTEM, name="Vegan", kind="yes_no", is_facet=True)
    mugs = define_type("mug", actor=SYSTEM, name="Mug", attributes=["capacity", "care", "vegan"], required=["care"])
    trade = create_price_list("Trade", "CHF", actor=SYSTEM)
    spoon = make_product("Spoon", 300, market=market, slug="spoon", body=[text_block("<p>Stirs.</p>")])
    mug = make_product(
        "=Mug \"x\", large", market=market, slug="mug", brand="@Kiln", tags=["red, blue", "new", "-1"], subtitle="+ holds tea",
        categories=[cups.pk, home.pk], tax_class="zero", seo_title="Mugs", seo_description="'=buy", position=7,
        body=[
            text_block("<p>Holds <b>tea</b> &amp; more.</p>"), specification_block([("Height", "9 cm"), ("A < B", "&")], "Facts"),
            {"type": "related", "value": {"heading": "With it", "products": [spoon.pk]}},
            {"type": "gallery", "value": {"heading": "", "pictures": [{"picture": inside.pk, "alt": "inside", "angle": ""}]}},
            {"type": "video", "value": {"video": film.pk, "url": "", "title": "", "poster": None, "caption": "",
                                        "is_in_gallery": False}},
            text_block("<h2>Care</h2><ul><li>none</li></ul>"),
        ],
        options=[OptionData("Size", ("S", "L", "XL")), OptionData("Colour", ("=Red", "Blue")), OptionData("Lid", ("no", "yes")),
                 OptionData("Gift", ("no",))],
        variants=[
            VariantData(sku="MUG-S", option_values=("S", "=Red", "no", "no"), price_minor=1200, compare_at_minor=1500,
                        cost_minor=501, cost_currency="EUR", barcode="0123", weight_grams=300, length_mm=90),
            VariantData(sku="-MUG-L", option_values=("L", "Blue", "yes", "no"), price_minor=1450, is_active=False),
        ],
    )  # fmt: skip
    small, large = Variant.objects.get(sku="MUG-S"), Variant.objects.get(sku="-MUG-L")
    from stoa.catalogue.products.actions import ProductChanges, update_product

    pictures = [
        PictureData(blue.pk, "Blue"),
        PictureData(red.pk, "Red one", "MUG-S"),
        PictureData(red.pk, "Red", "-MUG-L"),
    ]
    update_product(mug.pk, ProductChanges(pictures=pictures), actor=SYSTEM)
    set_type(mug.pk, mugs.pk, actor=SYSTEM)
    set_attributes(mug.pk, {"capacity": "350.5", "care": ["oven", "hand-wash"], "vegan": "yes"}, actor=SYSTEM)
    set_attributes(mug.pk, {"capacity": "500"}, variant_id=large.pk, actor=SYSTEM)
    set_prices([PriceChange(small.pk, trade.pk, 990, 1300, True)], SYSTEM)
    set_breaks(small.pk, market.price_list_id, [(10, 1100), (50, 1000)], actor=SYSTEM)
    stock(small, 7)
    stock(large, 0)
    stock(spoon.variants.get(), 30)
    make_product("Talk", market=market, kind="service", publish=False,
                 variants=[VariantData(sku="TALK", price_minor=900, is_stock_tracked=False)])  # fmt: skip
    kit = make_product("Kit", 1600, market=market, slug="kit")
    set_components(kit.variants.get().pk, [(small.pk, 1), (spoon.variants.get().pk, 2)], actor=SYSTEM)
    book = make_product(
        "Pattern", 900, market=market, slug="pattern", kind="digital", options=[OptionData("Size", ("A4", "A0"))],
        variants=[VariantData(sku="PAT-4", option_values=("A4",), price_minor=900, is_stock_tracked=False),
                  VariantData(sku="PAT-0", option_values=("A0",), price_minor=1900, is_stock_tracked=False)],
    )  # fmt: skip
    attach_file(book.pk, ContentFile(b"%PDF-1.7 how to", "guide.pdf"), actor=SYSTEM)
    large_one = Variant.objects.get(sku="PAT-0").pk
    attach_file(book.pk, ContentFile(b"%PDF-1.7 large", "pattern.pdf"), actor=SYSTEM, variant_id=large_one)
    gone = attach_file(book.pk, ContentFile(b"old", "old.txt"), actor=SYSTEM)
    remove_file(gone.pk, actor=SYSTEM)
    set_terms(book.pk, days=30, downloads=0, actor=SYSTEM)
    attach_file(kit.pk, ContentFile(b"%PDF-1.7 how to", "guide.pdf"), actor=SYSTEM)
    move_address("/p/old-mug/", "/p/mug/")


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([inert(cell) for cell in row] for row in [header, *rows])


def facts_of_all(market):
    """Everything by name, as no two shops have the same ids."""
    found = {}
    paths = category_paths()
    everything = product_facts(product_ids())
    pictures = picture_files([p[0] for product in everything.values() for p in product["pictures"]])
    stocks = levels_of([pk for product in everything.values() for pk in product["variants"]])
    components = {
        row.sku: sorted((c.component.sku, c.quantity) for c in row.components.select_related("component"))
        for row in Variant.objects.all()
    }

    def name(kind, pk):
        if kind == "product":
            return slugs_of([pk])[pk]
        if kind == "video":
            return Video.objects.get(pk=pk).content_hash
        return picture_files([pk])[pk].hash if kind == "picture" else pk

    for product in everything.values():
        skus = {pk: variant["sku"] for pk, variant in product["variants"].items()}
        product["body"] = with_references(product["body"], name)
        of_it = Product.objects.get(slug=product["slug"]).pk
        product["files"] = [(one.sku, one.name, one.sha256, stored(one)) for one in kept_files([of_it]).get(of_it, ())]
        product["terms"] = own_terms([of_it]).get(of_it)
        product["categories"] = [paths[pk] for pk in product["categories"]]
        product["pictures"] = [[pictures[pk].hash, alt, skus.get(v)] for pk, alt, v in product["pictures"]]
        product["type"] = Product.objects.get(slug=product["slug"]).type.code if product["type"] else None
        product["variants"] = {
            variant["sku"]: {
                **variant, "prices": sorted(map(repr, variant["prices"].values())),
                "stock": list(stocks.get(pk, {}).values()), "components": components[variant["sku"]],
            }
            for pk, variant in product["variants"].items()
        }  # fmt: skip
        del product["external_ref"]
        found[product["slug"]] = product
    return found


def ground():
    categories = [{**row, "picture_id": bool(row["picture_id"])} for row in category_rows()]
    films = [
        (film.title, film.kind, film.bytes, hashed(film.file), hashed(film.captions), film.poster.content_hash)
        for film in Video.objects.order_by("content_hash")
    ]
    return categories, all_redirects(), films


def stored(file):
    with storages["private"].open(file.path, "rb") as opened:
        return opened.read()


def hashed(kept):
    with kept.open("rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def test_the_whole_shop_comes_back_from_its_archive(tmp_path):
    market = make_market()
    make_location(market)
    empty = transaction.savepoint()
    fill(market)
    before, around = facts_of_all(market), ground()
    assert len(before) == 5
    assert [(sku, name) for sku, name, *_ in before["pattern"]["files"]] == [
        ("", "guide.pdf"),
        ("PAT-0", "pattern.pdf"),
    ]
    assert before["pattern"]["terms"] == (30, 0)
    written = write_shop(tmp_path / "shop.zip", market)
    # The same guide comes with two products, and is there once.
    assert (written.products, written.pictures, written.files) == (5, 3, 2)
    assert (tmp_path / "shop.zip").stat().st_mode & 0o077 == 0
    transaction.savepoint_rollback(empty)
    assert (Product.objects.count(), Video.objects.count()) == (0, 0)
    rehearsal = import_shop(tmp_path / "shop.zip", market=market, actor=SYSTEM, is_dry_run=True)
    assert (rehearsal.counts["imported"], rehearsal.reasons, Product.objects.count()) == (7, {}, 0)
    account = import_shop(tmp_path / "shop.zip", market=market, actor=SYSTEM)
    assert (account.reasons, account.notes, account.things) == ({}, {}, {"imported": 5})
    for file_id, product_id in waiting_products():
        fetch_pictures(file_id, product_id)
    assert facts_of_all(market) == before
    assert ground() == around
    assert verify().is_clean
    again = import_shop(tmp_path / "shop.zip", market=market, actor=SYSTEM, update=True)
    assert again.things == {"unchanged": 5}
    write_shop(tmp_path / "two.zip", market)
    assert contents(tmp_path / "two.zip") == contents(tmp_path / "shop.zip")


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_products_come_back_from_their_csv_alone(tmp_path):
    market = make_market()
    make_location(market)
    empty = transaction.savepoint()
    fill(market)
    before = facts_of_all(market)
    write(tmp_path / "goods.csv", columns(), product_rows(market))
    transaction.savepoint_rollback(empty)
    account = import_products(tmp_path / "goods.csv", market=market, actor=SYSTEM)
    assert account.reasons == {}
    after = facts_of_all(market)
    # Pictures, files for sale, types and other lists are not in a CSV; all else is.
    for slug, product in before.items():
        apart = {"pictures", "type", "variants", "body", "files"}
        assert {k: v for k, v in after[slug].items() if k not in apart} == {
            k: v for k, v in product.items() if k not in apart
        }
        mine, theirs = after[slug]["variants"], product["variants"]
        assert {sku: {k: v for k, v in row.items() if k != "prices"} for sku, row in mine.items()} == {
            sku: {k: v for k, v in row.items() if k != "prices"} for sku, row in theirs.items()
        }
    assert after["pattern"]["files"] == []
    assert [b["type"] for b in after["mug"]["body"]] == [b["type"] for b in before["mug"]["body"]]
    assert StockLevel.objects.get(variant__sku="MUG-S").on_hand == 7


def test_an_update_by_its_own_export_changes_nothing(tmp_path):
    market = make_market()
    make_location(market)
    fill(market)
    before = facts_of_all(market)
    write(tmp_path / "goods.csv", columns(), product_rows(market))
    account = import_products(
        tmp_path / "goods.csv", market=market, actor=SYSTEM,
        settings=ImportSettings(update=True, fields=frozenset({"texts", "description", "categories", "tags", "attributes",
                                                               "variants", "prices", "stock", "publication"})),
    )  # fmt: skip
    assert account.things == {"unchanged": 5}
    assert facts_of_all(market) == before


def test_what_is_no_archive_of_a_shop_is_refused(tmp_path):
    market = make_market()
    for name, entries in {
        "a.zip": {"x.txt": "x"},
        "b.zip": {"shop.json": "{"},
        "c.zip": {"shop.json": '{"format":"stoa-shop","version":1}'},
    }.items():
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for entry, text in entries.items():
                archive.writestr(entry, text)
        with pytest.raises(UnreadableFileError):
            import_shop(tmp_path / name, market=market, actor=SYSTEM, is_dry_run=True)
    (tmp_path / "d.zip").write_bytes(b"no")
    with pytest.raises(UnreadableFileError):
        import_shop(tmp_path / "d.zip", market=market, actor=SYSTEM)
