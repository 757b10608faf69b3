from __future__ import annotations

import pytest

from stoa.catalogue.blocks.actions import (
    CopyRefusedError,
    begin_with_template,
    blocks_of,
    copy_blocks,
    plan_copy,
    save_template,
)
from stoa.catalogue.models import Product
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges, specification_block, text_block
from stoa.catalogue.testing import make_product
from stoa.catalogue.types.actions import define_type, set_type
from stoa.kernel.actors import SYSTEM
from stoa.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug() -> Product:
    product = make_product("Mug")
    body = [text_block("<p>Of the mug</p>"), specification_block([("Height", "9 cm")]), TRUST]
    return update_product(product.pk, ProductChanges(body=body), actor=SYSTEM)


TRUST = {"type": "trust", "value": {"heading": "", "lines": ["delivery"]}}


def types_of(product: Product) -> list[str]:
    return [block.block_type for block in Product.objects.get(pk=product.pk).body]


def test_behind_what_is_there(mug: Product) -> None:
    cup = make_product("Cup")
    update_product(cup.pk, ProductChanges(body=[text_block("<p>Of the cup</p>"), TRUST]), actor=SYSTEM)
    copy_blocks(mug.pk, [cup.pk], mode="append", publish=True, actor=SYSTEM)
    # Of the block that a page has once, its own stays.
    assert types_of(cup) == ["text", "trust", "text", "specification"]
    assert not {block["id"] for block in blocks_of(mug)} & {
        block["id"] for block in blocks_of(Product.objects.get(pk=cup.pk))
    }
    entry = AuditEntry.objects.filter(verb="blocks.copied").get()
    assert entry.facts["to"] == [cup.pk]


def test_in_the_place_of_what_is_there_and_only_those_chosen(mug: Product) -> None:
    cup = make_product("Cup")
    update_product(cup.pk, ProductChanges(body=[text_block("<p>Of the cup</p>")]), actor=SYSTEM)
    chosen = [blocks_of(mug)[1]["id"]]
    copy_blocks(mug.pk, [cup.pk], mode="replace", publish=True, block_ids=chosen, actor=SYSTEM)
    assert types_of(cup) == ["specification"]


def test_as_a_draft_the_shop_shows_nothing_new(mug: Product) -> None:
    cup = make_product("Cup")
    plans = copy_blocks(mug.pk, [cup.pk], mode="append", publish=False, actor=SYSTEM)
    row = Product.objects.get(pk=cup.pk)
    assert list(row.body) == []
    assert row.has_unpublished_changes
    assert [block["type"] for block in blocks_of(row)] == ["text", "specification", "trust"]
    assert [plan.goes_live for plan in plans] == [False]


def test_a_draft_that_somebody_works_on_does_not_go_live_with_it(mug: Product) -> None:
    cup = make_product("Cup")
    update_product(cup.pk, ProductChanges(title="Cup, unfinished", publish=False), actor=SYSTEM)
    plan = plan_copy(mug.pk, [cup.pk], mode="append", publish=True)[0]
    assert (plan.goes_live, plan.has_draft, plan.before, plan.after) == (False, True, 0, 3)
    copy_blocks(mug.pk, [cup.pk], mode="append", publish=True, actor=SYSTEM)
    row = Product.objects.get(pk=cup.pk)
    assert (row.title, list(row.body)) == ("Cup", [])
    assert row.get_latest_revision_as_object().title == "Cup, unfinished"
    assert len(blocks_of(row)) == 3


def test_what_cannot_be_copied(mug: Product) -> None:
    cup, blank = make_product("Cup"), make_product("Blank")
    for arguments in (
        {"source_id": blank.pk, "target_ids": [cup.pk], "mode": "append"},
        {"source_id": mug.pk, "target_ids": [], "mode": "append"},
        {"source_id": mug.pk, "target_ids": [mug.pk], "mode": "append"},
        {"source_id": mug.pk, "target_ids": [cup.pk], "mode": "sideways"},
        {"source_id": mug.pk, "target_ids": [cup.pk], "mode": "append", "block_ids": ["gone"]},
    ):
        with pytest.raises(CopyRefusedError):
            copy_blocks(**arguments, publish=True, actor=SYSTEM)
    assert types_of(cup) == []


def test_one_page_too_full_and_none_is_written(mug: Product) -> None:
    cup, full = make_product("Cup"), make_product("Full")
    update_product(full.pk, ProductChanges(body=[text_block("<p>a</p>")] * 59), actor=SYSTEM)
    with pytest.raises(CopyRefusedError):
        copy_blocks(mug.pk, [cup.pk, full.pk], mode="append", publish=True, actor=SYSTEM)
    assert types_of(cup) == []


def test_a_new_product_of_a_type_starts_with_its_template(mug: Product) -> None:
    kind = define_type("mug", name="Mug", actor=SYSTEM)
    save_template(mug.pk, kind.pk, actor=SYSTEM)
    fresh = make_product("New", publish=False)
    set_type(fresh.pk, kind.pk, actor=SYSTEM)
    started = blocks_of(Product.objects.get(pk=fresh.pk))
    assert [block["type"] for block in started] == ["text", "specification", "trust"]
    assert not {block["id"] for block in started} & {block["id"] for block in blocks_of(mug)}
    assert begin_with_template(fresh.pk, actor=SYSTEM) is False


def test_no_page_that_was_published_is_written_by_a_template(mug: Product) -> None:
    kind = define_type("mug", name="Mug", actor=SYSTEM)
    save_template(mug.pk, kind.pk, actor=SYSTEM)
    old = make_product("Old")
    set_type(old.pk, kind.pk, actor=SYSTEM)
    row = Product.objects.get(pk=old.pk)
    assert list(row.body) == []
    assert not row.has_unpublished_changes
