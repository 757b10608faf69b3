from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from stoa.catalogue.bundles import rules
from stoa.catalogue.bundles.actions import set_components
from stoa.catalogue.bundles.books import no_bundle_in_a_bundle
from stoa.catalogue.bundles.errors import (
    BundleInBundleError,
    ComponentQuantityError,
    TooManyComponentsError,
    UnknownComponentError,
)
from stoa.catalogue.bundles.models import BundleComponent
from stoa.catalogue.bundles.queries import bundles, components, holders
from stoa.catalogue.models import Product, Variant
from stoa.catalogue.products.actions import publish_product, remove_variant, update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.catalogue.testing import any_market, make_variant
from stoa.kernel.actors import SYSTEM
from stoa.kernel.errors import NotFoundError
from stoa.kernel.models import AuditEntry, CachePurge

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    """CUP for 10.00, POT for 25.00, SET for 40.00."""
    return [make_variant(title, price) for title, price in (("CUP", 1000), ("POT", 2500), ("SET", 4000))]


def test_parts_are_kept_in_their_order_and_add_up(goods):
    cup, pot, box = goods
    set_components(box.pk, [(pot.pk, 1), (cup.pk, 1), (cup.pk, 1)], actor=SYSTEM)
    assert components([box.pk, cup.pk]) == {box.pk: [(pot.pk, 1), (cup.pk, 2)]}
    assert Product.objects.get(pk=box.product_id).kind == "bundle"
    (entry,) = AuditEntry.objects.filter(verb="bundle.composed")
    assert entry.facts["after"] == [f"1 x {pot.sku}", f"2 x {cup.sku}"]
    assert CachePurge.objects.filter(tag=f"product:{box.product_id}").exists()
    assert [(one.bundle_id, one.quantity) for one in holders([cup.pk])] == [(box.pk, 2)]
    before = CachePurge.objects.count()
    set_components(box.pk, [(pot.pk, 1), (cup.pk, 2)], actor=SYSTEM)
    assert (AuditEntry.objects.filter(verb="bundle.composed").count(), CachePurge.objects.count()) == (1, before)


def test_the_saving_is_told_from_the_quotes_or_not_at_all(goods):
    cup, pot, box = goods
    market = any_market()
    set_components(box.pk, [(pot.pk, 1), (cup.pk, 2)], actor=SYSTEM)
    found = bundles([box.pk], market)[box.pk]
    assert (found.apart.minor, found.saving.minor) == (4500, 500)
    set_components(box.pk, [(pot.pk, 1), (cup.pk, 1)], actor=SYSTEM)
    found = bundles([box.pk], market)[box.pk]
    assert (found.apart.minor, found.saving) == (3500, None)
    # A part that is not sold alone: nothing to compare with.
    Variant.objects.filter(pk=cup.pk).update(is_active=False)
    found = bundles([box.pk], market)[box.pk]
    assert (found.apart, found.saving, len(found.parts)) == (None, None, 2)


def test_no_bundle_holds_a_bundle(goods):
    cup, pot, box = goods
    crate = make_variant("CRATE")
    set_components(box.pk, [(cup.pk, 1)], actor=SYSTEM)
    for variant, part in ((box, box), (crate, box), (cup, pot)):
        with pytest.raises(BundleInBundleError):
            set_components(variant.pk, [(part.pk, 1)], actor=SYSTEM)
    assert components([cup.pk, pot.pk, crate.pk]) == {}
    assert list(no_bundle_in_a_bundle()) == []
    BundleComponent.objects.create(bundle=crate, component=box)
    assert next(finding.message for finding in no_bundle_in_a_bundle()) == "a bundle has a bundle in it"


@pytest.mark.parametrize("quantity", [0, -1, 1000, True, 1.5])
def test_impossible_quantities(goods, quantity):
    cup, _pot, box = goods
    with pytest.raises(ComponentQuantityError):
        set_components(box.pk, [(cup.pk, quantity)], actor=SYSTEM)


def test_what_does_not_exist_and_what_is_too_much(goods):
    cup, _pot, box = goods
    with pytest.raises(UnknownComponentError):
        set_components(box.pk, [(10**9, 1)], actor=SYSTEM)
    with pytest.raises(UnknownComponentError):
        set_components(box.pk, [(2**70, 1)], actor=SYSTEM)
    with pytest.raises(NotFoundError):
        set_components(10**9, [(cup.pk, 1)], actor=SYSTEM)
    with pytest.raises(TooManyComponentsError):
        set_components(box.pk, [(number, 1) for number in range(1, rules.MAX_COMPONENTS + 2)], actor=SYSTEM)


def test_the_database_holds_it_too(goods):
    cup, _pot, box = goods
    for fields in ({"component": box}, {"component": cup, "quantity": 0}, {"component": cup, "quantity": 1000}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BundleComponent.objects.create(bundle=box, **fields)


def test_a_part_is_never_deleted_under_its_bundle(goods):
    cup, _pot, box = goods
    set_components(box.pk, [(cup.pk, 1)], actor=SYSTEM)
    with pytest.raises(ProtectedError):
        cup.delete()
    assert remove_variant(cup.pk, actor=SYSTEM) is False
    assert components([box.pk]) == {box.pk: [(cup.pk, 1)]}


def test_an_old_draft_does_not_unmake_a_bundle(goods):
    cup, _pot, box = goods
    update_product(box.product_id, ProductChanges(title="Box", publish=False), actor=SYSTEM)
    set_components(box.pk, [(cup.pk, 1)], actor=SYSTEM)
    publish_product(box.product_id, actor=SYSTEM)
    product = Product.objects.get(pk=box.product_id)
    assert (product.title, product.kind) == ("Box", "bundle")
    assert list(no_bundle_in_a_bundle()) == []


@pytest.mark.django_db(transaction=True)
def test_two_compositions_at_once_never_nest():
    one, two, three = (make_variant(name) for name in ("ONE", "TWO", "THREE"))
    barrier = threading.Barrier(2)

    def compose(pair):
        try:
            barrier.wait(timeout=60)
            set_components(pair[0].pk, [(pair[1].pk, 1)], actor=SYSTEM)
        except BundleInBundleError as error:
            return error.code
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(compose, [(one, two), (two, three)]))
    assert results == ["bundle_in_bundle", "made"]
    assert list(no_bundle_in_a_bundle()) == []


def test_unpacking_and_reaching():
    recipes = {9: [(1, 2), (2, 1)]}
    assert rules.unpacked({9: 3, 1: 1, 5: 2}, recipes) == {1: 7, 2: 3, 5: 2}
    assert rules.reachable({9: 3, 1: 4}, recipes, {1: 7, 2: 2}) == {9: 2, 1: 3}
    assert rules.reachable({1: 4, 9: 3}, recipes, {1: 7, 2: 2}) == {1: 4, 9: 1}
    assert rules.reachable({9: 3}, recipes, {}) == {9: 3}
