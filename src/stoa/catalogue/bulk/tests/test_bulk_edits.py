from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from stoa.catalogue.bulk import queries, working
from stoa.catalogue.bulk.actions import apply_bulk_edit, begin_bulk_edit, discard_bulk_edit, undo_bulk_edit
from stoa.catalogue.bulk.errors import BulkEditInvalidError, BulkEditStateError
from stoa.catalogue.bulk.models import BulkEdit, BulkEditRow
from stoa.catalogue.bulk.operations import OPERATIONS
from stoa.catalogue.models import Price, PriceList, Product, ProductCategory
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.products.actions import unpublish_product, update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.catalogue.testing import any_market, make_category, make_product
from stoa.catalogue.types.actions import define_attribute, define_type, set_attributes, set_type
from stoa.catalogue.types.queries import typed_values
from stoa.kernel import books, clock
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.jobs.models import JobRun
from stoa.kernel.jobs.testing import run_all_jobs
from stoa.kernel.pagecache.models import CachePurge

pytestmark = pytest.mark.django_db
ANNA = Actor.staff(1, "Anna")


def begin(operation: str, products: list[Product], **options: Any) -> BulkEdit:
    edit = begin_bulk_edit(operation, options, [product.pk for product in products], actor=ANNA)
    working.carry_on(edit.pk)
    return queries.bulk_edit(edit.pk)


def applied(operation: str, products: list[Product], **options: Any) -> BulkEdit:
    edit = begin(operation, products, **options)
    apply_bulk_edit(edit.pk, actor=ANNA)
    working.carry_on(edit.pk)
    return queries.bulk_edit(edit.pk)


def undone(edit: BulkEdit) -> BulkEdit:
    undo_bulk_edit(edit.pk, actor=ANNA)
    working.carry_on(edit.pk)
    return queries.bulk_edit(edit.pk)


def rows(edit: BulkEdit) -> list[tuple[str, Any, Any]]:
    return list(edit.rows.values_list("state", "before", "after"))


def reasons(edit: BulkEdit) -> list[tuple[str, str]]:
    return list(edit.rows.values_list("state", "reason"))


def amounts() -> list[tuple[int, int | None]]:
    return list(Price.objects.order_by("variant_id", "price_list_id").values_list("amount_minor", "compare_at_minor"))


def price_list() -> int:
    return any_market().price_list_id


def brands(*products: Product) -> list[str]:
    return [Product.objects.get(pk=product.pk).brand for product in products]


def test_a_plan_changes_nothing_and_says_exactly_what_would() -> None:
    one, other = make_product(price_minor=1990), make_product(price_minor=None)
    edit = begin("price_percent", [one, other], percent="-10", rounding="99", price_list=price_list())
    assert edit.state == "planned"
    assert rows(edit) == [
        (
            "planned",
            {"amount": 1990, "compare_at": None, "rrp": False},
            {"amount": 1799, "compare_at": None, "rrp": False},
        ),
        ("refused", None, None),
    ]
    assert reasons(edit)[1][1] == "It has no price on this list."
    assert amounts() == [(1990, None)]
    shown = queries.shown_rows(edit, edit.rows.all())
    assert [(row.before, row.after) for row in shown] == [("€19.90", "€17.99"), ("no price", "")]
    assert not AuditEntry.objects.filter(verb="price.changed").exists()


def test_prices_are_changed_and_come_back() -> None:
    products = [make_product(price_minor=1000 + 10 * index, variants=3) for index in range(3)]
    before = amounts()
    edit = applied("price_percent", products, percent="-20", rounding="", keep_old=True, price_list=price_list())
    assert edit.state == "applied"
    assert amounts() == [(amount * 8 // 10, amount) for amount, _ in before]
    assert AuditEntry.objects.filter(verb="price.changed", actor_label="Anna").count() == 9
    assert {f"product:{product.pk}" for product in products} <= set(CachePurge.objects.values_list("tag", flat=True))
    assert undone(edit).state == "undone"
    assert amounts() == before
    assert queries.progress(edit).counts["undone"] == 9
    assert books.verify().is_clean


def test_what_somebody_changed_since_is_left_alone_and_named() -> None:
    one, other = make_product(price_minor=1000), make_product(price_minor=2000)
    edit = applied("price_amount", [one, other], amount=150, rounding="", price_list=price_list())
    variant = one.variants.get()
    set_prices([PriceChange(variant.pk, price_list(), 1111)], SYSTEM)
    edit = undone(edit)
    assert amounts() == [(1111, None), (2000, None)]
    assert reasons(edit) == [("kept", "Somebody has changed it since."), ("undone", "")]
    assert edit.state == "undone"


def test_what_changed_between_preview_and_apply_is_refused() -> None:
    one, other = make_product(price_minor=1000), make_product(price_minor=2000)
    edit = begin("price_amount", [one, other], amount=-100, rounding="", price_list=price_list())
    set_prices([PriceChange(one.variants.get().pk, price_list(), 990)], SYSTEM)
    Product.objects.filter(pk=other.pk).delete()
    apply_bulk_edit(edit.pk, actor=ANNA)
    working.carry_on(edit.pk)
    assert reasons(edit) == [("refused", "Somebody has changed it since."), ("refused", "It is gone.")]
    assert amounts() == [(990, None)]


def test_a_list_of_another_currency_is_changed_alone() -> None:
    product = make_product(price_minor=1000)
    yen = PriceList.objects.create(code="yen", name="Yen", currency="JPY")
    set_prices([PriceChange(product.variants.get().pk, yen.pk, 1503)], SYSTEM)
    edit = applied("price_percent", [product], percent="10", rounding="step_5", price_list=yen.pk)
    assert dict(Price.objects.values_list("price_list__code", "amount_minor")) == {"default": 1000, "yen": 1655}
    assert queries.shown_rows(edit, edit.rows.all())[0].after == "¥1,655"


def test_compare_at_prices() -> None:
    product = make_product(price_minor=1000)
    edit = applied("compare_at_percent", [product], percent="30", rounding="99", rrp=True, price_list=price_list())
    assert Price.objects.values_list("amount_minor", "compare_at_minor", "compare_at_is_rrp").get() == (
        1000,
        1299,
        True,
    )
    raised = begin("price_amount", [product], amount=500, rounding="", price_list=price_list())
    assert reasons(raised) == [("refused", "The compare-at price would not be above the price.")]
    cleared = applied("compare_at_clear", [product], price_list=price_list())
    assert amounts() == [(1000, None)]
    undone(cleared)
    assert Price.objects.values_list("amount_minor", "compare_at_minor", "compare_at_is_rrp").get() == (
        1000,
        1299,
        True,
    )
    undone(edit)
    assert amounts() == [(1000, None)]


def test_a_price_for_all_is_taken_away_again_where_there_was_none() -> None:
    one, other = make_product(price_minor=None), make_product(price_minor=700)
    edit = applied("price_set", [one, other], amount=500, price_list=price_list())
    assert amounts() == [(500, None), (500, None)]
    undone(edit)
    assert amounts() == [(700, None)]


@pytest.mark.parametrize(
    ("operation", "options", "field"),
    [
        ("price_percent", {"percent": "ten", "rounding": ""}, "percent"),
        ("price_percent", {"percent": "-100", "rounding": ""}, "percent"),
        ("price_percent", {"percent": "NaN", "rounding": ""}, "percent"),
        ("price_percent", {"percent": "5", "rounding": "42"}, "rounding"),
        ("price_percent", {"percent": "5", "rounding": "", "price_list": 0}, "price_list"),
        ("price_amount", {"amount": 0, "rounding": ""}, "amount"), ("price_amount", {"amount": 1.5, "rounding": ""}, "amount"),
        ("price_set", {"amount": -1}, "amount"), ("compare_at_percent", {"percent": "-5", "rounding": ""}, "percent"),
        ("category_add", {"category": 99}, "category"), ("tag_add", {"tag": " "}, "tag"), ("tag_add", {"tag": "a,b"}, "tag"),
        ("brand_set", {"brand": "x" * 121}, "brand"), ("type_set", {"type": 99}, "type"),
        ("attribute_set", {"attribute": "none"}, "attribute"), ("explode", {}, "operation"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(operation: str, options: dict[str, Any], field: str) -> None:
    product = make_product()
    with pytest.raises(BulkEditInvalidError) as refusal:
        begin_bulk_edit(operation, {"price_list": price_list(), **options}, [product.pk], actor=ANNA)
    assert refusal.value.facts["field"] == field
    assert not BulkEdit.objects.exists()


def test_nothing_chosen_is_refused() -> None:
    with pytest.raises(BulkEditInvalidError):
        begin_bulk_edit("publish", {}, [], actor=ANNA)


def test_brand_tags_and_categories_come_back_exactly() -> None:
    main, sale, other = make_category("Main"), make_category("Sale"), make_category("Other")
    product = make_product(brand="Old", tags=["b", "a"], categories=[main.id, other.id])

    def state() -> tuple[Any, ...]:
        fresh = Product.objects.get(pk=product.pk)
        shelves = ProductCategory.objects.filter(product=product).order_by("-is_primary", "category_id")
        return fresh.brand, fresh.tags, list(shelves.values_list("category_id", "is_primary"))

    before = state()
    edits = [
        applied("brand_set", [product], brand="New"),
        applied("tag_add", [product], tag="c"),
        applied("tag_remove", [product], tag="b"),
        applied("category_add", [product], category=sale.id, is_main=True),
        applied("category_move", [product], category=other.id, into=sale.id),
        applied("category_remove", [product], category=main.id),
    ]
    assert state() == ("New", ["a", "c"], [(sale.id, True)])
    for edit in reversed(edits):
        assert undone(edit).rows.get().state == "undone"
    assert state() == before


def test_a_draft_stays_a_draft_and_one_that_says_otherwise_is_left_alone() -> None:
    draft, live, both = make_product(publish=False), make_product(), make_product(brand="Live")
    update_product(both.pk, ProductChanges(brand="Draft", publish=False), actor=SYSTEM)
    edit = applied("brand_set", [draft, live, both], brand="New")
    assert reasons(edit) == [
        ("applied", ""), ("applied", ""), ("refused", "Its draft changes this as well. Publish or discard the draft first.")
    ]  # fmt: skip
    fresh = Product.objects.get(pk=draft.pk)
    assert not fresh.live
    assert fresh.get_latest_revision_as_object().brand == "New"
    assert brands(live, both) == ["New", "Live"]
    undone(edit)
    assert Product.objects.get(pk=draft.pk).get_latest_revision_as_object().brand == ""
    assert Product.objects.get(pk=both.pk).get_latest_revision_as_object().brand == "Draft"


def test_publishing_and_taking_off_come_back() -> None:
    draft, live, changed = make_product(publish=False), make_product(), make_product(title="Live")
    update_product(changed.pk, ProductChanges(title="Draft", publish=False), actor=SYSTEM)
    off = applied("unpublish", [draft, live, changed])
    assert [state for state, *_ in rows(off)] == ["same", "applied", "applied"]
    assert not Product.objects.filter(live=True).exists()
    undone(off)
    # What was live is live again, not the draft that had been begun.
    fresh = Product.objects.get(pk=changed.pk)
    assert (fresh.live, fresh.title, fresh.has_unpublished_changes) == (True, "Live", True)
    assert fresh.get_latest_revision_as_object().title == "Draft"
    on = applied("publish", [draft, live])
    assert [state for state, *_ in rows(on)] == ["applied", "same"]
    undone(on)
    assert list(Product.objects.filter(live=True)) == [live, changed]
    assert books.verify().is_clean


def test_a_product_that_goes_live_by_schedule_is_not_published() -> None:
    product = make_product(publish=False)
    Product.objects.filter(pk=product.pk).update(go_live_at=clock.now() + working.KEEP_PLANS)
    assert reasons(begin("publish", [product])) == [("refused", "It goes live by its schedule.")]


def test_types_and_attributes() -> None:
    define_attribute("width", name="Width", kind="number", unit="cm", actor=SYSTEM)
    define_attribute("care", name="Care", kind="choice", is_multiple=True, choices=["Wash", "Iron"], actor=SYSTEM)
    bag = define_type("bag", name="Bag", attributes=["width", "care"], actor=SYSTEM)
    hat = define_type("hat", name="Hat", attributes=["care"], actor=SYSTEM)
    one, other, plain = make_product(), make_product(), make_product()
    set_type(other.pk, hat.pk, actor=SYSTEM)
    set_attributes(plain.pk, {"width": "5 in", "care": "Iron"}, actor=SYSTEM)

    edit = applied("attribute_set", [one, other, plain], attribute="width", value="40")
    assert [reason for _, reason in reasons(edit)] == ["", "The product's type does not have this attribute.", ""]
    # What was typed in another unit comes back whole.
    assert [row.before for row in edit.rows.all()] == [None, None, "127 mm"]
    assert typed_values([plain.pk])[plain.pk]["width"] == "40"
    more = applied("attribute_set", [plain], attribute="care", value=["Wash"], add=True)
    assert typed_values([plain.pk])[plain.pk]["care"] == ["wash", "iron"]
    kinds = applied("type_set", [one, plain], type=hat.pk)
    assert [reason for _, reason in reasons(kinds)] == ["No longer shown, and kept: Width."] * 2
    assert Product.objects.filter(type=hat).count() == 3
    assert undone(kinds).rows.filter(state="undone").count() == 2
    undone(more)
    undone(edit)
    assert Product.objects.filter(type=bag).count() == 0
    assert typed_values([one.pk, plain.pk]) == {plain.pk: {"width": "127 mm", "care": ["iron"]}}


def test_steps_are_taken_in_their_order_only() -> None:
    product = make_product()
    edit = begin_bulk_edit("unpublish", {}, [product.pk], actor=ANNA)
    for step in (apply_bulk_edit, undo_bulk_edit):
        with pytest.raises(BulkEditStateError):
            step(edit.pk, actor=ANNA)
    working.carry_on(edit.pk)
    apply_bulk_edit(edit.pk, actor=ANNA)
    for step in (apply_bulk_edit, undo_bulk_edit, discard_bulk_edit):
        with pytest.raises(BulkEditStateError):
            step(edit.pk, actor=ANNA)
    working.carry_on(edit.pk)
    assert working.carry_on(edit.pk) == 0
    assert AuditEntry.objects.filter(verb="product.unpublished").count() == 1


def test_a_discarded_one_leaves_no_rows() -> None:
    edit = begin("unpublish", [make_product()])
    discard_bulk_edit(edit.pk, actor=ANNA)
    assert not BulkEditRow.objects.exists()
    assert not queries.bulk_edits().exists()


def test_the_worker_carries_it_on_and_a_second_job_does_nothing() -> None:
    products = [make_product(price_minor=1000) for _ in range(3)]
    edit = begin_bulk_edit(
        "price_amount", {"amount": 1, "rounding": "", "price_list": price_list()}, [p.pk for p in products], actor=ANNA
    )
    run_all_jobs()
    apply_bulk_edit(edit.pk, actor=ANNA)
    job = JobRun.objects.get(state="waiting")
    working.carry_on(edit.pk)
    run_all_jobs()
    assert JobRun.objects.get(pk=job.pk).result == 0
    assert amounts() == [(1001, None)] * 3


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    products = [make_product(price_minor=1000 + index) for index in range(5)]
    before = amounts()
    edit = begin("price_amount", products, amount=-7, rounding="", price_list=price_list())
    apply_bulk_edit(edit.pk, actor=ANNA)
    operation = OPERATIONS["price_amount"]
    monkeypatch.setattr(operation, "batch", 2)
    assert working.carry_on(edit.pk, most_pieces=1) == 1
    assert amounts() == [(993, None), (994, None), *before[2:]]

    # The next one dies between the two rows of its piece: nothing of the piece stays.
    written = []
    write = type(operation).write

    def dying(self: Any, target: Any, *more: Any) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(target)
        write(self, target, *more)

    with monkeypatch.context() as dead:
        dead.setattr(type(operation), "write", dying)
        with pytest.raises(KeyboardInterrupt):
            working.carry_on(edit.pk)
    assert amounts() == [(993, None), (994, None), *before[2:]]
    assert queries.progress(queries.bulk_edit(edit.pk)).done == 2

    working.carry_on(edit.pk)
    assert amounts() == [(993 + index, None) for index in range(5)]
    assert queries.bulk_edit(edit.pk).state == "applied"

    undo_bulk_edit(edit.pk, actor=ANNA)
    working.carry_on(edit.pk, most_pieces=1)
    working.carry_on(edit.pk)
    assert amounts() == before


def test_what_nobody_applied_is_forgotten_after_a_week() -> None:
    product = make_product()
    begin("unpublish", [product])
    kept = applied("unpublish", [product])
    with clock.at(clock.now() + working.KEEP_PLANS * 2):
        assert working.forget_old() == 1
    assert list(BulkEdit.objects.all()) == [kept]
    with clock.at(clock.now() + working.KEEP_DONE * 2):
        assert working.forget_old() == 1
    assert not BulkEditRow.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    products = [make_product(price_minor=1000) for _ in range(12)]
    edit = begin("price_amount", products, amount=10, rounding="", price_list=price_list())
    apply_bulk_edit(edit.pk, actor=ANNA)
    monkeypatch.setattr(OPERATIONS["price_amount"], "batch", 3)

    def work() -> None:
        try:
            working.carry_on(edit.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert amounts() == [(1010, None)] * 12
    assert AuditEntry.objects.filter(verb="price.changed").count() == 12
    assert books.verify().is_clean


def test_a_plan_costs_no_more_queries_for_more_products() -> None:
    from django.test.utils import CaptureQueriesContext

    define_attribute("width", name="Width", kind="number", actor=SYSTEM)
    shelf = make_category()
    products = [make_product(variants=2) for _ in range(6)]
    options = {
        "price_percent": {"price_list": price_list(), "percent": "5", "rounding": "99"}, "brand_set": {"brand": "x"},
        "category_add": {"category": shelf.id}, "attribute_set": {"attribute": "width", "value": "5"}, "publish": {},
    }  # fmt: skip
    for code, raw in options.items():
        operation = OPERATIONS[code]
        checked = operation.check(raw)
        counts = []
        for some in (products[:2], products):
            with CaptureQueriesContext(connection) as asked:
                operation.plan([product.pk for product in some], checked)
            counts.append(len(asked))
        assert counts[0] == counts[1], code


def test_unpublishing_what_is_off_already_is_nothing_to_do() -> None:
    product = make_product()
    unpublish_product(product.pk, actor=SYSTEM)
    edit = applied("unpublish", [product])
    assert [state for state, *_ in rows(edit)] == ["same"]
    assert edit.state == "applied"
