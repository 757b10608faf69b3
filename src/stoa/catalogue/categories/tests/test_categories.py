from __future__ import annotations

import pytest
from wagtail.contrib.redirects.models import Redirect

from stoa.catalogue.categories.actions import create_category, delete_category, move_category, update_category
from stoa.catalogue.categories.errors import CategoryCycleError, CategoryInvalidError, CategoryNotEmptyError
from stoa.catalogue.categories.queries import breadcrumbs, category_by_slug, tree
from stoa.catalogue.testing import make_category, make_market, make_product
from stoa.kernel.actors import SYSTEM
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.models import CachePurge

pytestmark = pytest.mark.django_db


def shape(nodes) -> list:
    return [[node.name, shape(node.children)] if node.children else node.name for node in nodes]


def test_the_tree_in_the_merchants_order():
    home = make_category("Home")
    make_category("Clothes")
    kitchen = make_category("Kitchen", home)
    make_category("Lamps", home)
    cups = make_category("Cups", kitchen)
    assert shape(tree()) == [["Home", [["Kitchen", ["Cups"]], "Lamps"]], "Clothes"]
    assert [node.name for node in breadcrumbs(cups)] == ["Home", "Kitchen", "Cups"]
    assert [node.name for node in breadcrumbs(cups.id)] == ["Home", "Kitchen", "Cups"]
    assert category_by_slug("home").subtree_ids == {home.id, kitchen.id, cups.id, category_by_slug("lamps").id}


def test_a_hidden_category_hides_what_is_in_it():
    home = make_category("Home")
    make_category("Cups", home)
    update_category(home.id, is_visible=False, actor=SYSTEM)
    assert tree() == []
    for slug in ("home", "cups"):
        with pytest.raises(NotFoundError):
            category_by_slug(slug)
    assert breadcrumbs(home.id) == []


def test_moving():
    a, b, c = make_category("A"), make_category("B"), make_category("C")
    move_category(c.id, before_id=a.id, actor=SYSTEM)
    assert shape(tree()) == ["C", "A", "B"]
    move_category(a.id, parent_id=b.id, actor=SYSTEM)
    assert shape(tree()) == ["C", ["B", ["A"]]]
    move_category(a.id, actor=SYSTEM)
    assert shape(tree()) == ["C", "B", "A"]
    move_category(a.id, parent_id=b.id, actor=SYSTEM)
    with pytest.raises(CategoryCycleError):
        move_category(b.id, parent_id=a.id, actor=SYSTEM)
    with pytest.raises(CategoryCycleError):
        move_category(b.id, parent_id=b.id, actor=SYSTEM)
    assert shape(tree()) == ["C", ["B", ["A"]]]


def test_a_new_address_leaves_a_redirect():
    home = make_category("Home")
    CachePurge.objects.all().delete()
    update_category(home.id, slug="Haus & Hof", actor=SYSTEM)
    assert category_by_slug("haus-hof").id == home.id
    assert list(Redirect.objects.values_list("old_path", "redirect_link")) == [("/c/home", "/c/haus-hof/")]
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"catalogue", "categories", f"category:{home.id}"}
    assert make_category("Home").slug == "home"
    assert Redirect.objects.count() == 0


def test_same_names_get_their_own_addresses():
    assert [create_category("Cups", actor=SYSTEM).slug for _ in range(3)] == ["cups", "cups-2", "cups-3"]


@pytest.mark.parametrize("name", ["", " \x00 ", "x" * 121])
def test_a_name_that_cannot_be_is_refused(name):
    with pytest.raises(CategoryInvalidError):
        create_category(name, actor=SYSTEM)
    assert tree() == []


def test_deleting_leaves_the_products_and_leads_upwards():
    make_market()
    home = make_category("Home")
    cups = make_category("Cups", home)
    product = make_product(categories=[cups.id])
    with pytest.raises(CategoryNotEmptyError):
        delete_category(home.id, actor=SYSTEM)
    delete_category(cups.id, actor=SYSTEM)
    product.refresh_from_db()
    assert product.live
    assert product.placements.count() == 0
    assert list(Redirect.objects.values_list("old_path", "redirect_link")) == [("/c/cups", "/c/home/")]
