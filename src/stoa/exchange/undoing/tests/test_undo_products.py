from __future__ import annotations

import pytest

from stoa.catalogue.categories.models import Category
from stoa.catalogue.prices.models import Price
from stoa.catalogue.products.actions import ProductChanges, update_product
from stoa.catalogue.products.models import Product, Variant
from stoa.catalogue.testing import make_market, make_product
from stoa.exchange.files.models import ImportedFile, ImportedThing
from stoa.exchange.products.actions import import_products
from stoa.exchange.products.settings import ImportSettings
from stoa.exchange.products.snapshots import snapshots_of
from stoa.exchange.testing import write_csv
from stoa.exchange.undoing import actions
from stoa.exchange.undoing.actions import CannotUndoError, undo_import
from stoa.inventory.stock.actions import set_on_hand
from stoa.inventory.stock.models import StockLevel, StockMove
from stoa.inventory.testing import make_location
from stoa.kernel.actors import SYSTEM
from stoa.kernel.books import verify

pytestmark = pytest.mark.django_db

HEADER = [
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Option1 Name", "Option1 Value", "Variant SKU",
    "Variant Inventory Qty", "Variant Price", "Variant Compare At Price", "Status", "SEO Title",
    "Material (product.metafields.custom.material)",
]  # fmt: skip
NEW = [
    ["mug", "Mug", "<p>Blue.</p>", "Kiln", "Cups > Mugs", "tea", "Size", "S", "MUG-S", "3", "9.00", "", "active", "", "Clay"],
    ["mug", "", "", "", "", "", "", "L", "MUG-L", "0", "11.00", "", "", "", ""],
    ["pot", "Pot", "<p>Round.</p>", "Kiln", "Pots", "", "", "", "POT", "1", "30.00", "", "active", "", ""],
]  # fmt: skip
CHANGED = [
    ["mug", "Big mug", "<p>Green.</p>", "Kiln & Co", "Cups > Mugs", "tea, coffee", "Size", "S", "MUG-S", "8", "9.50", "12.00",
     "active", "Buy it", "Stone"],
    ["mug", "", "", "", "", "", "", "L", "MUG-L", "", "11.00", "", "", "", ""],
    ["mug", "", "", "", "", "", "", "XL", "MUG-XL", "2", "14.00", "", "", "", ""],
    ["pot", "Pot", "<p>Round.</p>", "Kiln", "Pots", "", "", "", "POT", "1", "30.00", "", "active", "", ""],
]  # fmt: skip


@pytest.fixture
def market():
    market = make_market()
    make_location(market)
    return market


@pytest.fixture
def bring(market, tmp_path):
    def perform(rows, name="goods.csv", *, update=False, **options):
        settings = ImportSettings(update=update, **options)
        path = write_csv(tmp_path / name, rows, header=HEADER)
        return import_products(path, market=market, actor=SYSTEM, settings=settings)

    return perform


def facts():
    return {product.slug: snapshots_of([product.pk])[product.pk] for product in Product.objects.all()}


def last():
    return ImportedFile.objects.order_by("-pk").first()


def test_what_an_import_made_is_gone_and_the_books_are_clean(bring):
    make_product("Old one")
    before = (facts(), Category.objects.count(), StockMove.objects.count())
    bring(NEW)
    assert Product.objects.count() == 3
    done = undo_import(last().pk, actor=SYSTEM)
    assert (done.removed, done.restored, done.kept, done.reasons) == (5, 0, 0, {})
    assert (facts(), Category.objects.count(), StockMove.objects.count()) == before
    assert last().state == "undone"
    assert verify().is_clean


def test_the_file_may_come_again_after_it_was_undone(bring):
    bring(NEW)
    undo_import(last().pk, actor=SYSTEM)
    account = bring(NEW)
    assert (account.things, account.before) == ({"imported": 2}, 0)
    assert Product.objects.count() == 2


def test_an_update_changes_what_differs_and_comes_back_exactly(bring):
    bring(NEW)
    before = facts()
    account = bring(CHANGED, "again.csv", update=True)
    assert account.things == {"updated": 1, "unchanged": 1}
    assert account.counts["updated"] == 3
    assert account.counts["unchanged"] == 1
    mug = Product.objects.get(slug="mug")
    assert (mug.title, mug.brand, mug.tags, mug.seo_title) == ("Big mug", "Kiln & Co", ["tea", "coffee"], "Buy it")
    assert [option.values for option in mug.options.all()] == [["S", "L", "XL"]]
    price = Price.objects.get(variant__sku="MUG-S")
    assert (price.amount_minor, price.compare_at_minor) == (950, 1200)
    assert StockLevel.objects.get(variant__sku="MUG-S").on_hand == 8
    assert StockLevel.objects.get(variant__sku="MUG-L").on_hand == 0
    done = undo_import(last().pk, actor=SYSTEM)
    assert (done.restored, done.removed, done.kept, done.reasons) == (1, 0, 0, {})
    assert facts() == before
    assert not Variant.objects.filter(sku="MUG-XL").exists()
    assert verify().is_clean


def test_what_somebody_changed_since_stays_and_is_told(bring):
    bring(NEW)
    bring(CHANGED, "again.csv", update=True)
    mug = Product.objects.get(slug="mug")
    update_product(mug.pk, ProductChanges(title="My mug"), actor=SYSTEM)
    small = Variant.objects.get(sku="MUG-S")
    set_on_hand(small.pk, StockLevel.objects.get(variant=small).location_id, 5, reason="counted", actor=SYSTEM)
    done = undo_import(last().pk, actor=SYSTEM)
    assert done.reasons == {"Big mug": "changed since, and kept: stock of MUG-S, title"}
    mug.refresh_from_db()
    assert (mug.title, mug.brand) == ("My mug", "Kiln")
    assert StockLevel.objects.get(variant=small).on_hand == 5


def test_the_same_file_again_changes_nothing(bring):
    bring(NEW)
    moves = StockMove.objects.count()
    revisions = Product.objects.get(slug="mug").revisions.count()
    account = bring(NEW, "same.csv", update=True)
    assert account.things == {"unchanged": 2}
    assert (StockMove.objects.count(), Product.objects.get(slug="mug").revisions.count()) == (moves, revisions)
    assert not ImportedThing.objects.filter(file=last()).exists()


def test_only_the_chosen_fields_change(bring):
    bring(NEW)
    before = facts()["mug"]
    bring(CHANGED, "again.csv", update=True, fields=frozenset({"prices"}))
    after = facts()["mug"]
    changed = {path for path in before if before[path] != after.get(path)}
    small = Variant.objects.get(sku="MUG-S").pk
    assert {path.rsplit(":", 1)[0] for path in changed} == {f"variant:{small}:price"}
    assert set(after) == set(before)


def test_what_has_a_history_is_kept_and_off_the_shop(bring):
    bring(NEW)
    pot = Variant.objects.get(sku="POT")
    level = StockLevel.objects.get(variant=pot)
    set_on_hand(pot.pk, level.location_id, 4, reason="received", actor=SYSTEM)
    done = undo_import(last().pk, actor=SYSTEM)
    assert done.kept == 2
    assert done.reasons["Pot"] == "orders or carts refer to it: it is kept, and taken off the shop"
    assert done.reasons["Pots"] == "other products or categories are in it"
    product = Product.objects.get()
    assert (product.slug, product.live) == ("pot", False)
    assert StockLevel.objects.get(variant=pot).on_hand == 4
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("border", range(3))
def test_undoing_that_dies_goes_on_where_it_was(bring, monkeypatch, border):
    bring(NEW)
    calls, undo = [], actions._undo

    def dies(*args):
        calls.append(args)
        if len(calls) == border + 1:
            raise KeyboardInterrupt
        return undo(*args)

    monkeypatch.setattr(actions, "_undo", dies)
    with pytest.raises(KeyboardInterrupt):
        undo_import(last().pk, actor=SYSTEM)
    assert last().state == "undoing"
    monkeypatch.setattr(actions, "_undo", undo)
    done = undo_import(last().pk, actor=SYSTEM)
    assert (done.removed, Product.objects.count(), Category.objects.count()) == (5, 0, 0)
    assert undo_import(last().pk, actor=SYSTEM).removed == 5
    assert verify().is_clean


def test_orders_are_not_undone(db):
    from stoa.kernel import clock

    file = ImportedFile.objects.create(kind="orders", started_at=clock.now(), state="finished")
    with pytest.raises(CannotUndoError):
        undo_import(file.pk, actor=SYSTEM)
