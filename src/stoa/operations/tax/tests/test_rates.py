from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction

from stoa.catalogue.models import TaxClass
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.errors import NotFoundError
from stoa.kernel.models import AuditEntry
from stoa.operations.tax import queries
from stoa.operations.tax.actions import load_rates, remove_rate, set_rate
from stoa.operations.tax.data_file import FIRST_DAY, dated_rates
from stoa.operations.tax.errors import TaxRateInvalidError
from stoa.operations.tax.models import TaxRate

EU = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip

OTHERS = {"GB", "NO", "CH"}


def standard(country, *day):
    return queries.rate(country, "standard", date(*day))


def test_the_file_knows_every_member_state_from_its_first_day():
    rows = [row for row in dated_rates() if row.country != "CA"]
    assert {row.country for row in rows} == EU | OTHERS
    first = {row.country for row in rows if row.tax_class_code == "standard" and row.valid_from == FIRST_DAY}
    assert first == EU | OTHERS
    assert len({(row.country, row.tax_class_code, row.valid_from) for row in rows}) == len(rows)
    assert all(row.valid_from >= FIRST_DAY and 0 <= row.percent <= 27 for row in rows)
    # No step that changes nothing, and no reduced rate above the standard one.
    by_pair: dict = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        by_pair.setdefault((row.country, row.tax_class_code), []).append(row.percent)
    assert all(one != other for steps in by_pair.values() for one, other in pairwise(steps))
    reduced = {country: steps[-1] for (country, code), steps in by_pair.items() if code == "reduced"}
    assert all(percent < by_pair[country, "standard"][-1] for country, percent in reduced.items())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "day", "percent"),
    [
        ("DE", (2020, 6, 30), "19"),
        ("DE", (2020, 7, 1), "16"),
        ("DE", (2020, 12, 31), "16"),
        ("DE", (2021, 1, 1), "19"),
        ("EE", (2023, 12, 31), "20"),
        ("EE", (2024, 1, 1), "22"),
        ("EE", (2025, 7, 1), "24"),
        ("SK", (2024, 12, 31), "20"),
        ("SK", (2025, 1, 1), "23"),
        ("FI", (2024, 8, 31), "24"),
        ("FI", (2024, 9, 1), "25.5"),
        ("IE", (2020, 9, 1), "21"),
        ("IE", (2021, 3, 1), "23"),
        ("LU", (2023, 6, 1), "16"),
        ("RO", (2025, 7, 31), "19"),
        ("RO", (2025, 8, 1), "21"),
        ("GB", (2010, 12, 1), "17.5"),
        ("GB", (2011, 1, 4), "20"),
        ("HU", (2026, 1, 1), "27"),
        ("CH", (2026, 1, 1), "8.1"),
        ("CH", (2023, 12, 31), "7.7"),
        ("NO", (2026, 1, 1), "25"),
        ("AU", (2026, 1, 1), "0"),
        ("US", (2026, 1, 1), "0"),
        ("DE", (2009, 12, 31), "0"),
    ],
)
def test_the_standard_rate_of_a_day(country, day, percent):
    load_rates()
    assert standard(country, *day) == Decimal(percent)


@pytest.mark.django_db
def test_reduced_and_zero_rates():
    load_rates()
    day = date(2026, 3, 2)
    assert queries.rate("DE", "reduced", day) == 7
    assert queries.rate("DE", "reduced", date(2020, 8, 1)) == 5
    assert queries.rate("FR", "reduced", day) == Decimal("5.5")
    # Denmark has no reduced rate; a class of the merchant's own is charged in full until a row says otherwise.
    assert queries.rate("DK", "reduced", day) == 25
    assert queries.rate("DE", "garden", day) == 19
    assert {queries.rate(country, "zero", day) for country in EU | OTHERS} == {Decimal(0)}


@pytest.mark.django_db
def test_loading_again_adds_nothing_and_keeps_the_merchants_word():
    added = load_rates()
    assert added == len(list(dated_rates())) == TaxRate.objects.count()
    set_rate("DE", "reduced", Decimal("8"), date(2021, 1, 1), actor=SYSTEM)
    assert load_rates() == 0
    assert queries.rate("DE", "reduced", date(2026, 1, 1)) == 8
    TaxRate.objects.filter(country="AT").delete()
    assert load_rates() == 3
    assert set(TaxClass.objects.values_list("code", flat=True)) == {"standard", "reduced", "zero"}


@pytest.mark.django_db
def test_a_merchant_adds_replaces_and_removes_rates():
    load_rates()
    kim = Actor.staff(7, "Kim")
    first = set_rate("AU", "standard", Decimal("8.1"), date(2024, 1, 1), actor=kim, source="ESTV")
    assert standard("AU", 2026, 1, 1) == Decimal("8.1")
    assert set_rate("AU", "standard", Decimal("8.2"), date(2024, 1, 1), actor=kim).pk == first.pk
    assert standard("AU", 2026, 1, 1) == Decimal("8.2")
    remove_rate(first.pk, actor=kim)
    assert standard("AU", 2026, 1, 1) == 0
    with pytest.raises(NotFoundError):
        remove_rate(first.pk, actor=kim)
    assert [(entry.verb, entry.facts["percent"]) for entry in AuditEntry.objects.order_by("id")] == [
        ("tax_rate.set", "8.1"), ("tax_rate.set", "8.2"), ("tax_rate.removed", "8.200"),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "tax_class", "percent", "field"),
    [
        ("de", "standard", "19", "country"),
        ("DEU", "standard", "19", "country"),
        ("ÄÖ", "standard", "19", "country"),
        ("DE", "nope", "19", "tax_class"),
        ("DE", "standard", "-1", "percent"),
        ("DE", "standard", "100", "percent"),
        ("DE", "standard", "NaN", "percent"),
        ("DE", "standard", "1.2345", "percent"),
    ],
)
def test_what_is_no_rate_is_refused(country, tax_class, percent, field):
    load_rates()
    before = TaxRate.objects.count()
    with pytest.raises(TaxRateInvalidError) as caught:
        set_rate(country, tax_class, Decimal(percent), date(2026, 1, 1), actor=SYSTEM)
    assert caught.value.facts == {"field": field}
    assert TaxRate.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_rates_are_read_once_and_again_after_a_change(django_assert_num_queries):
    load_rates()
    standard("DE", 2026, 1, 1)
    with django_assert_num_queries(0):
        assert (standard("DE", 2026, 1, 1), standard("FR", 2026, 1, 1)) == (19, 20)
    set_rate("DE", "standard", Decimal("20"), date(2025, 1, 1), actor=SYSTEM)
    assert standard("DE", 2026, 1, 1) == 20


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_took_back_is_not_remembered():
    load_rates()
    assert standard("DE", 2026, 1, 1) == 19
    with transaction.atomic():
        set_rate("DE", "standard", Decimal("20"), date(2025, 1, 1), actor=SYSTEM)
        assert standard("DE", 2026, 1, 1) == 20
        transaction.set_rollback(True)
    assert standard("DE", 2026, 1, 1) == 19
