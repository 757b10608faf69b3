"""Menus: steps, undo, publishing, and targets that come and go."""

from __future__ import annotations

import pytest

from stoa.catalogue.categories.actions import create_category, delete_category, update_category
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.products.actions import unpublish_product
from stoa.catalogue.testing import make_market, make_product
from stoa.kernel.actors import SYSTEM
from stoa.kernel.errors import NotFoundError
from stoa.kernel.models import AuditEntry
from stoa.kernel.pagecache.models import CachePurge
from stoa.marketing.menus import actions, queries, rules
from stoa.marketing.menus.errors import MenuChangedError, MenuInvalidError
from stoa.marketing.menus.models import Menu

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(db: None):
    make_market()
    return default_market()


def shape(nodes) -> list:
    return [[node.label, node.url, shape(node.children)] if node.children else [node.label, node.url] for node in nodes]


def add(market, version: int, **values: object) -> Menu:
    return actions.add_item(market.pk, "header", version=version, actor=SYSTEM, **values)


def test_without_a_menu_the_category_tree_is_shown(market) -> None:
    top = create_category("Home", actor=SYSTEM)
    create_category("Lamps", actor=SYSTEM, parent_id=top.pk)
    assert shape(queries.menu(market, "header")) == [["Home", "/c/home/", [["Lamps", "/c/lamps/"]]]]
    assert queries.menu(market, "footer") == []


def test_a_draft_is_seen_once_it_is_published(market) -> None:
    menu = add(market, 0, kind="link", label="Ours", address="/ours/")
    assert queries.menu(market, "header") == []
    assert queries.editor(market.pk, "header").is_changed
    CachePurge.objects.all().delete()
    actions.publish(market.pk, "header", version=menu.version, actor=SYSTEM)
    assert shape(queries.menu(market, "header")) == [["Ours", "/ours/"]]
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"menus"}
    assert AuditEntry.objects.filter(verb="menu.published").count() == 1


def test_a_category_follows_its_name_its_hiding_and_its_end(market) -> None:
    category = create_category("Lamps", actor=SYSTEM)
    actions.write_menu(market.pk, "header", [rules.node("a", "category", target=category.pk)], actor=SYSTEM)
    update_category(category.pk, name="Light", slug="light", actor=SYSTEM)
    assert shape(queries.menu(market, "header")) == [["Light", "/c/light/"]]
    update_category(category.pk, is_visible=False, actor=SYSTEM)
    assert queries.nodes(queries.editor(market.pk, "header").tree) == []
    assert [row.problem for row in queries.editor(market.pk, "header").rows] == ["gone"]
    delete_category(category.pk, actor=SYSTEM)
    assert queries.broken(market.pk) == [("header", f"category {category.pk}")]


def test_a_product_vanishes_with_its_publishing(market) -> None:
    product = make_product("Mug", market=market)
    actions.write_menu(market.pk, "footer", [rules.node("a", "product", target=product.pk)], actor=SYSTEM)
    assert shape(queries.menu(market, "footer")) == [["Mug", product.get_absolute_url()]]
    assert queries.product_ids(market.pk) == {product.pk}
    unpublish_product(product.pk, actor=SYSTEM)
    assert queries.menu(market, "footer") == []


def test_a_branch_shows_what_is_inside_now_to_three_levels(market) -> None:
    one = create_category("One", actor=SYSTEM)
    two = create_category("Two", actor=SYSTEM, parent_id=one.pk)
    three = create_category("Three", actor=SYSTEM, parent_id=two.pk)
    create_category("Four", actor=SYSTEM, parent_id=three.pk)
    actions.write_menu(market.pk, "header", [rules.node("a", "branch", target=one.pk)], actor=SYSTEM)
    found = [["One", "/c/one/", [["Two", "/c/two/", [["Three", "/c/three/"]]]]]]
    assert shape(queries.menu(market, "header")) == found


def test_what_stood_inside_something_hidden_moves_up_and_an_empty_heading_is_not_shown(market) -> None:
    hidden = create_category("Hidden", actor=SYSTEM, is_visible=False)
    inner = rules.node("b", "link", label="Inner", address="/x/")
    tree = [
        {**rules.node("a", "category", target=hidden.pk), "children": [inner]},
        rules.node("c", "heading", label="Nothing inside"),
    ]
    assert shape(queries.nodes(tree)) == [["Inner", "/x/"]]


def test_two_people_at_one_menu_do_not_overwrite_each_other(market) -> None:
    add(market, 0, kind="heading", label="A")
    with pytest.raises(MenuChangedError):
        add(market, 0, kind="heading", label="B")
    with pytest.raises(MenuChangedError):
        actions.publish(market.pk, "header", version=0, actor=SYSTEM)
    assert [row.label for row in queries.editor(market.pk, "header").rows] == ["A"]


def test_undo_goes_back_step_by_step(market) -> None:
    first = add(market, 0, kind="heading", label="A")
    second = add(market, first.version, kind="heading", label="B")
    entry = second.draft[1]["id"]
    actions.take_step(market.pk, "header", "remove", entry, version=second.version, actor=SYSTEM)
    labels = []
    for _ in range(4):
        menu = actions.undo(market.pk, "header", actor=SYSTEM)
        labels.append([each["label"] for each in menu.draft])
    assert labels == [["A", "B"], ["A"], [], []]


def test_a_step_that_changes_nothing_leaves_no_trace(market) -> None:
    menu = add(market, 0, kind="heading", label="A")
    before = AuditEntry.objects.count()
    same = actions.take_step(market.pk, "header", "up", menu.draft[0]["id"], version=menu.version, actor=SYSTEM)
    assert (same.version, AuditEntry.objects.count()) == (menu.version, before)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "link", "label": "X", "address": "javascript:alert(1)"},
        {"kind": "link", "label": "", "address": "/x/"},
        {"kind": "category"},
        {"kind": "nothing", "label": "x"},
    ],
)
def test_what_cannot_stand_in_a_menu_is_refused(market, values: dict) -> None:
    with pytest.raises(MenuInvalidError):
        add(market, 0, **values)
    assert Menu.objects.filter(version__gt=0).count() == 0


def test_unknown_places_entries_and_steps(market) -> None:
    with pytest.raises(NotFoundError):
        actions.publish(market.pk, "side", version=0, actor=SYSTEM)
    with pytest.raises(NotFoundError):
        actions.take_step(market.pk, "header", "up", "none", version=0, actor=SYSTEM)
    with pytest.raises(NotFoundError):
        actions.take_step(market.pk, "header", "fly", "none", version=0, actor=SYSTEM)


def test_a_menu_costs_the_same_at_any_size(market, django_assert_num_queries) -> None:
    goods = [make_product(f"Mug {number}", market=market).pk for number in range(4)]
    for count in (1, 4):
        tree = [rules.node(f"n{pk}", "product", target=pk) for pk in goods[:count]]
        actions.write_menu(market.pk, "footer", tree, actor=SYSTEM)
        with django_assert_num_queries(2):
            assert len(queries.menu(market, "footer")) == count
