from __future__ import annotations

import threading

import pytest
from django.db import connection

from stoa.catalogue.models import Price, Product, ProductOption, Variant
from stoa.catalogue.products.actions import set_prices
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.products.errors import ProductInvalidError, SkuTakenError, VariantTwiceError
from stoa.catalogue.products.saving import (
    ChangedMeanwhileError,
    OptionEdit,
    RowsRefusedError,
    ValueEdit,
    VariantEdit,
    change_options,
    fill_up,
    fingerprint,
    save_variants,
    sku_by,
)
from stoa.catalogue.testing import any_market, make_product
from stoa.kernel import books
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def shirt() -> Product:
    values = [(colour, size) for colour in ("Red", "Blue") for size in ("S", "M")]
    return make_product(
        "Linen shirt",
        options=[OptionData("Colour", ("Red", "Blue")), OptionData("Size", ("S", "M"))],
        variants=[VariantData(f"{c}-{s}".upper(), (c, s), 1000) for c, s in values],
    )


def edit(variant: Variant, price: int | None = 1000, **changes: object) -> VariantEdit:
    row = Price.objects.filter(variant=variant).first()
    now = (row.amount_minor, row.compare_at_minor) if row else None
    data = VariantData(
        **{"sku": variant.sku, "option_values": tuple(variant.option_values), "price_minor": price, **changes}
    )  # type: ignore[arg-type]
    return VariantEdit(variant.pk, data, fingerprint(variant, now))


def prices() -> list[int]:
    return list(Price.objects.order_by("variant_id").values_list("amount_minor", flat=True))


def test_rows_are_saved_together() -> None:
    rows = list(shirt().variants.all())
    edits = [edit(row, 1100 + row.position) for row in rows]
    assert save_variants(rows[0].product_id, edits, actor=SYSTEM, market=any_market()) == 4
    assert prices() == [1100, 1101, 1102, 1103]


def test_every_refused_row_is_named_and_nothing_is_saved() -> None:
    make_product(variants=[VariantData("TAKEN", price_minor=1)])
    rows = list(shirt().variants.all())
    edits = [edit(rows[0], 900), edit(rows[1], sku="TAKEN"), edit(rows[2], 900, compare_at_minor=800)]
    with pytest.raises(RowsRefusedError) as refused:
        save_variants(rows[0].product_id, edits, actor=SYSTEM, market=any_market())
    assert {pk: type(why).__name__ for pk, why in refused.value.refusals.items()} == {
        rows[1].pk: "SkuTakenError", rows[2].pk: "CompareAtTooLowError"
    }  # fmt: skip
    assert isinstance(refused.value.refusals[rows[1].pk], SkuTakenError)
    assert prices()[1:] == [1000] * 4
    assert not AuditEntry.objects.filter(verb="variant.changed").exists()


def test_what_another_editor_wrote_is_not_overwritten() -> None:
    first, second = list(shirt().variants.all())[:2]
    mine, other = edit(first, 1500), edit(second, 1500)
    theirs = edit(first, 1400)
    save_variants(first.product_id, [theirs], actor=SYSTEM, market=any_market())
    with pytest.raises(RowsRefusedError) as refused:
        save_variants(first.product_id, [mine, other], actor=SYSTEM, market=any_market())
    assert [type(why) for why in refused.value.refusals.values()] == [ChangedMeanwhileError]
    assert prices() == [1400, 1000, 1000, 1000]


def test_a_price_written_elsewhere_counts_as_a_change_too() -> None:
    first = shirt().variants.all()[0]
    mine = edit(first, 1500)
    from stoa.catalogue.products.actions import PriceChange

    set_prices([PriceChange(first.pk, any_market().price_list_id, 1200)], SYSTEM)
    with pytest.raises(RowsRefusedError):
        save_variants(first.product_id, [mine], actor=SYSTEM, market=any_market())


def test_a_variant_of_another_product_is_not_saved_through_this_one() -> None:
    first, stranger = shirt().variants.all()[0], make_product().variants.get()
    with pytest.raises(RowsRefusedError):
        save_variants(first.product_id, [edit(stranger, 5)], actor=SYSTEM, market=any_market())


def test_a_blank_price_takes_the_variant_off_the_list() -> None:
    first = shirt().variants.all()[0]
    save_variants(first.product_id, [edit(first, None)], actor=SYSTEM, market=any_market())
    assert not Price.objects.filter(variant=first).exists()


def test_missing_combinations_are_made_once_with_skus_by_pattern() -> None:
    product = shirt()
    Variant.objects.filter(product=product, title="Blue / M").delete()
    ProductOption.objects.filter(product=product, name="Size").update(values=["S", "M", "X/L"])
    OutboxEvent.objects.all().delete()
    assert fill_up(product.pk, actor=SYSTEM, market=any_market(), pattern="{slug}-{Colour}-{size}") == 3
    made = Variant.objects.filter(product=product).order_by("position").values_list("sku", "title")
    assert list(made)[3:] == [
        ("LINEN-SHIRT-RED-X-L", "Red / X/L"), ("LINEN-SHIRT-BLUE-M", "Blue / M"), ("LINEN-SHIRT-BLUE-X-L", "Blue / X/L")
    ]  # fmt: skip
    assert prices() == [1000] * 6
    assert fill_up(product.pk, actor=SYSTEM, market=any_market()) == 0
    assert OutboxEvent.objects.count() == 3
    assert books.verify().is_clean


def test_two_thousand_is_the_most() -> None:
    product = make_product(
        options=[OptionData(name, tuple(map(str, range(13)))) for name in "abc"],
        variants=[VariantData("X", ("0", "0", "0"))],
    )
    with pytest.raises(ProductInvalidError, match="2197 variants"):
        fill_up(product.pk, actor=SYSTEM, market=any_market())
    assert product.variants.count() == 1


@pytest.mark.parametrize(
    ("pattern", "sku"),
    [
        ("{slug}-{colour}-{size}", "MUG-RED-XL"), ("A{Size}", "AXL"), ("{material}", ""), ("{slug.__class__}", ""),
        ("{slug:>99999}", ""), ("{", "{"), ("fixed", "FIXED"), ("{}", ""),
    ],
)  # fmt: skip
def test_patterns_know_names_and_nothing_else(pattern: str, sku: str) -> None:
    assert sku_by(pattern, "mug", ["Colour", "Size"], ["Red", "XL"]) == sku


def values(product: Product) -> dict[str, tuple[list[str], bool]]:
    return {row.sku: (row.option_values, row.is_active) for row in Variant.objects.filter(product=product)}


def test_options_are_renamed_and_put_in_order_and_variants_follow() -> None:
    product = shirt()
    change_options(
        product.pk,
        [
            OptionEdit("Size", [ValueEdit("Medium", "M"), ValueEdit("Small", "S"), ValueEdit("Large")], "Size"),
            OptionEdit("Tint", [ValueEdit("Crimson", "Red"), ValueEdit("Blue", "Blue")], "Colour"),
            OptionEdit("Fit", [ValueEdit("Slim"), ValueEdit("Wide")]),
        ],
        actor=SYSTEM,
    )
    assert list(ProductOption.objects.filter(product=product).values_list("name", "values")) == [
        ("Size", ["Medium", "Small", "Large"]), ("Tint", ["Crimson", "Blue"]), ("Fit", ["Slim", "Wide"])
    ]  # fmt: skip
    assert values(product)["RED-M"] == (["Medium", "Crimson", "Slim"], True)
    assert books.verify().is_clean


def test_two_values_may_change_their_names() -> None:
    product = shirt()
    swapped = [ValueEdit("Blue", "Red"), ValueEdit("Red", "Blue")]
    size = OptionEdit("Size", [ValueEdit("S", "S"), ValueEdit("M", "M")], "Size")
    change_options(product.pk, [OptionEdit("Colour", swapped, "Colour"), size], actor=SYSTEM)
    assert values(product)["RED-S"] == (["Blue", "S"], True)


def test_a_value_that_goes_takes_its_variants_along() -> None:
    product = shirt()
    size = OptionEdit("Size", [ValueEdit("S", "S"), ValueEdit("M", "M")], "Size")
    gone, kept = change_options(
        product.pk, [OptionEdit("Colour", [ValueEdit("Red", "Red")], "Colour"), size], actor=SYSTEM
    )
    assert (gone, kept) == (2, 0)
    assert sorted(values(product)) == ["RED-M", "RED-S"]


def test_an_option_does_not_go_where_two_variants_would_be_the_same() -> None:
    product = shirt()
    before = values(product)
    size = OptionEdit("Size", [ValueEdit("S", "S"), ValueEdit("M", "M")], "Size")
    with pytest.raises(VariantTwiceError):
        change_options(product.pk, [size], actor=SYSTEM)
    for wrong in (
        [OptionEdit("", [ValueEdit("S")])],
        [OptionEdit("Size", [])],
        [OptionEdit("Size", [ValueEdit("S"), ValueEdit("S")])],
    ):
        with pytest.raises(ProductInvalidError):
            change_options(product.pk, wrong, actor=SYSTEM)
    with pytest.raises(ChangedMeanwhileError):
        change_options(product.pk, [OptionEdit("Size", [ValueEdit("S")], "Sizes")], actor=SYSTEM)
    assert values(product) == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_is_told() -> None:
    first = shirt().variants.all()[0]
    edits = [edit(first, 1500), edit(first, 1600)]
    told: list[int] = []
    barrier = threading.Barrier(2)

    def save(mine: VariantEdit) -> None:
        try:
            barrier.wait()
            save_variants(first.product_id, [mine], actor=SYSTEM, market=any_market())
        except RowsRefusedError:
            told.append(mine.data.price_minor or 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(one,)) for one in edits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert sorted([*told, Price.objects.get(variant=first).amount_minor]) == [1500, 1600]
