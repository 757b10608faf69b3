from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.completeness import actions, queries
from stoa.catalogue.completeness.models import ProductScore
from stoa.catalogue.completeness.rules import WEIGHTS, PageFacts, measured, score
from stoa.catalogue.models import Product, Variant
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import PictureData, ProductChanges, text_block
from stoa.catalogue.testing import make_picture, make_product
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM

FULL = PageFacts(
    kind="physical", pixels=(1200,) * 4, described_pictures=4, characters=400, questions=3, seo_title=30,
    seo_description=120, variants=2, with_barcode=2, with_weight=2, wanted_attributes=3,
)  # fmt: skip


def test_the_weights_are_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100
    assert set(measured(FULL)) == set(WEIGHTS)


def test_all_there() -> None:
    assert score(FULL) == score(FULL)
    assert (score(FULL).points, score(FULL).missing) == (100, ())


def test_nothing_there() -> None:
    found = score(PageFacts(kind="physical", variants=1))
    assert found.points == 0
    assert [gap.code for gap in found.missing][:2] == ["angles", "description"]
    # Without a type nobody knows which attributes it should have.
    assert "attributes" not in {gap.code for gap in found.missing}


def test_what_does_not_apply_costs_nothing() -> None:
    digital = PageFacts(
        kind="digital", pixels=(1200,) * 4, described_pictures=4, characters=900, questions=9, seo_title=30,
        seo_description=120, variants=1,
    )  # fmt: skip
    assert score(digital).points == 100


@pytest.mark.parametrize(
    ("change", "code", "there", "wanted", "points"),
    [
        ({"pixels": (1200,) * 3, "described_pictures": 3}, "angles", 3, 4, 5),
        ({"described_pictures": 2}, "alt", 2, 4, 5),
        ({"pixels": (1200, 1200, 1200, 999)}, "pixels", 3, 4, 2),
        ({"characters": 200}, "description", 200, 400, 8),
        ({"questions": 0}, "answers", 0, 3, 10),
        ({"with_barcode": 1}, "barcode", 1, 2, 3),
        ({"with_weight": 0}, "measures", 0, 2, 8),
        ({"missing_attributes": 1}, "attributes", 2, 3, 4),
        ({"seo_title": 70}, "seo_title", 0, 1, 4),
        ({"seo_description": 20}, "seo_description", 0, 1, 6),
    ],
)
def test_each_gap(change: dict[str, object], code: str, there: int, wanted: int, points: int) -> None:
    from dataclasses import replace

    found = score(replace(FULL, **change))
    assert [(gap.code, gap.there, gap.wanted, gap.points) for gap in found.missing] == [(code, there, wanted, points)]
    assert found.points == 100 - points


def test_never_a_hundred_while_something_is_missing() -> None:
    from dataclasses import replace

    assert score(replace(FULL, characters=399)).points == 99


@pytest.mark.django_db
def test_scores_follow_the_page() -> None:
    product = make_product("Mug", publish=True)
    assert actions.keep_up() == 1
    before = ProductScore.objects.get(product=product)
    assert ["angles", 0, 4] in [gap[:3] for gap in before.missing]
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert actions.keep_up() == 1  # what was changed shortly before is looked at once more
        assert actions.keep_up() == 0
    pictures = [PictureData(make_picture(1000, 1200).pk, f"View {n}") for n in range(4)]
    with clock.at(clock.now() + timedelta(minutes=4)):
        update_product(
            product.pk,
            ProductChanges(pictures=pictures, body=[text_block("<p>" + "word " * 100 + "</p>")]),
            actor=SYSTEM,
        )
        assert actions.keep_up() == 1
    after = ProductScore.objects.get(product=product)
    assert after.points > before.points
    assert not {"angles", "alt", "pixels", "description"} & {gap[0] for gap in after.missing}


@pytest.mark.django_db
def test_a_variant_that_gets_its_barcode_counts_at_once() -> None:
    from stoa.catalogue.products.actions import update_variant
    from stoa.catalogue.products.data import VariantData

    product = make_product("Mug")
    actions.keep_up()
    variant = Variant.objects.get(product=product)
    with clock.at(clock.now() + timedelta(seconds=5)):
        update_variant(variant.pk, VariantData(sku=variant.sku, barcode="4006381333931", weight_grams=300), SYSTEM)
        actions.keep_up()
    codes = {gap[0] for gap in ProductScore.objects.get(product=product).missing}
    assert not {"barcode", "measures"} & codes


@pytest.mark.django_db
def test_many_scores_cost_as_few_queries_as_one() -> None:
    products = [make_product() for _number in range(12)]
    actions.rescore([each.pk for each in products[:6]])
    ids = [each.pk for each in products]

    def count(which: list[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert set(queries.score(which)) == set(which)
        return len(captured)

    assert count(ids[:6]) == count(ids[:1]) == 1
    assert count(ids[6:]) == count(ids[6:7])


@pytest.mark.django_db
def test_what_brings_money_is_worked_on_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from stoa.catalogue.completeness import sold

    mug, cup, bowl = (make_product(title) for title in ("Mug", "Cup", "Bowl"))
    actions.keep_up()
    monkeypatch.setattr(sold, "_source", lambda currency: {cup.pk: (3, 6000), bowl.pk: (1, 900)})
    actions.note_sales()
    assert [row.product_id for row in queries.worklist()] == [cup.pk, bowl.pk, mug.pk]
    monkeypatch.setattr(sold, "_source", lambda currency: {mug.pk: (1, 1)})
    actions.note_sales()
    assert queries.worklist().values_list("product_id", "revenue_minor")[0] == (mug.pk, 1)
    assert ProductScore.objects.get(product=cup).revenue_minor == 0


@pytest.mark.django_db
def test_a_product_that_goes_takes_its_score_along() -> None:
    product = make_product("Mug")
    actions.keep_up()
    Product.objects.filter(pk=product.pk).delete()
    assert actions.rescore([product.pk]) == 0
    assert not ProductScore.objects.exists()
