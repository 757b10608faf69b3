from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stoa.backoffice.testing import client_of
from stoa.catalogue.models import GroupPriceList, Price, PriceList, Sale, SalePrice
from stoa.catalogue.prices.actions import PriceChange, schedule_sale, set_prices
from stoa.catalogue.prices.queries import quote
from stoa.customers.models import CustomerGroup
from stoa.customers.testing import make_customer
from stoa.kernel import books, clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.queries import trail_of
from stoa.operations.testing import Shop, make_order, make_shop


@pytest.fixture
def shop(db: None) -> Shop:
    with clock.at(clock.now() - timedelta(days=40)):
        return make_shop()


@pytest.fixture
def owner(shop: Shop) -> Client:
    return client_of("owner")


def typed(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def hidden(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found
    return found[1]


def test_a_sale_is_shown_before_it_is_scheduled(owner, shop):
    address = reverse("backoffice:price_sale_new")
    assert owner.get(address).status_code == 200
    form = {
        "name": "Summer", "price_list": shop.market.price_list_id, "scope": "all", "percent": "10", "ending": "95",
        "starts_at": "", "ends_at": typed(clock.now() + timedelta(days=3)),
    }  # fmt: skip
    preview = owner.post(address, form)
    page = preview.content.decode()
    assert preview.status_code == 200
    for text in ("€12.00", "€10.95", "€17.95", "2 variants would be in the sale."):
        assert text in page
    assert Sale.objects.count() == 0
    # Something else was shown than would be scheduled now.
    set_prices([PriceChange(shop.mug.pk, shop.market.price_list_id, 1100)], SYSTEM)
    again = owner.post(address, {**form, "schedule": "1", "seen": hidden(preview, "seen")})
    assert "Prices have changed since you looked" in again.content.decode()
    assert Sale.objects.count() == 0
    done = owner.post(address, {**form, "schedule": "1", "seen": hidden(again, "seen")})
    sale = Sale.objects.get()
    assert done["Location"] == reverse("backoffice:price_sale", args=[sale.pk])
    assert dict(sale.prices.values_list("variant_id", "amount_minor")) == {shop.mug.pk: 995, shop.book.pk: 1795}
    assert sale.terms == {"percent": "10", "amount_minor": None, "ending": "95", "scope": "all"}
    assert quote([shop.mug.pk], shop.market)[shop.mug.pk].unit.minor == 995
    # The same once more: all of it is in a sale at that time.
    rest = owner.post(address, form).content.decode()
    assert "in another sale" in rest
    assert 'name="seen"' not in rest
    assert books.verify().is_clean


def test_chosen_articles_and_amounts(owner, shop):
    address = reverse("backoffice:price_sale_new")
    form = {
        "name": "Few", "price_list": shop.market.price_list_id, "scope": "chosen", "skus": "MUG\nNOPE", "amount": "2.50",
        "ends_at": typed(clock.now() + timedelta(days=3)),
    }  # fmt: skip
    assert "Not found: NOPE" in owner.post(address, form).content.decode()
    preview = owner.post(address, {**form, "skus": " MUG \n"})
    assert "€9.50" in preview.content.decode()
    owner.post(address, {**form, "skus": "MUG", "schedule": "1", "seen": hidden(preview, "seen")})
    assert SalePrice.objects.get().amount_minor == 950
    for wrong in ({"percent": "101"}, {"percent": "5", "amount": "1"}, {"amount": ""}, {"ends_at": "2020-01-01 10:00"}):
        assert owner.post(address, {**form, "skus": "MUG", **wrong}).status_code == 422


def test_a_sale_tells_what_it_sold_and_can_be_ended(owner, shop):
    with clock.at(clock.now() - timedelta(days=1)):
        prices = {shop.mug.pk: 900}
        sale = schedule_sale(
            "Now", shop.market.price_list_id, prices, ends_at=clock.now() + timedelta(days=5), actor=SYSTEM
        )
    make_order(shop, {"MUG": 2, "BOOK": 1})
    address = reverse("backoffice:price_sale", args=[sale.pk])
    page = owner.get(address).content.decode()
    assert "€18.00" in page
    assert "End it now" in page
    assert "Now" in owner.get(reverse("backoffice:price_sales")).content.decode()
    owner.post(reverse("backoffice:price_sale_end", args=[sale.pk]))
    assert quote([shop.mug.pk], shop.market)[shop.mug.pk].unit.minor == 1200
    assert "End it now" not in owner.get(address).content.decode()
    assert [entry.verb for entry in trail_of("sale", sale.pk)] == ["sale.scheduled", "sale.ended"]
    assert owner.get(reverse("backoffice:price_sale", args=[sale.pk + 1])).status_code == 404


def test_a_list_is_made_from_another_with_a_rate_and_an_ending(owner, shop):
    form = {
        "name": "Swiss", "currency": "chf", "based_on": shop.market.price_list_id, "rate": "0.95", "percent": "10",
        "ending": "95",
    }  # fmt: skip
    made = owner.post(reverse("backoffice:price_list_new"), form)
    swiss = PriceList.objects.get(name="Swiss")
    assert made["Location"] == reverse("backoffice:price_list", args=[swiss.pk])
    rows = Price.objects.filter(price_list=swiss).order_by("amount_minor")
    # 12.00 * 0.95 * 1.1 = 12.54; 20.00 -> 20.90, and its compare-at 25.00 -> 26.125.
    assert list(rows.values_list("amount_minor", "compare_at_minor")) == [(1295, None), (2095, 2595)]
    assert "The MUG" in owner.get(made["Location"]).content.decode()
    assert "The MUG" in owner.get(made["Location"] + "results/?q=mug").content.decode()
    owner.post(reverse("backoffice:price_list_edit", args=[swiss.pk]), {"name": "Switzerland"})
    assert "Switzerland" in owner.get(reverse("backoffice:price_lists")).content.decode()
    # Another currency than the market's: it stays with its own.
    owner.post(reverse("backoffice:price_list_choose", args=[swiss.pk]), {"market": shop.market.pk})
    shop.market.refresh_from_db()
    assert shop.market.price_list_id != swiss.pk
    owner.post(reverse("backoffice:price_list_remove", args=[swiss.pk]))
    owner.post(reverse("backoffice:price_list_remove", args=[shop.market.price_list_id]))
    assert list(PriceList.objects.values_list("pk", flat=True)) == [shop.market.price_list_id]
    assert books.verify().is_clean


def test_a_market_may_sell_at_another_list(owner, shop):
    form = {"name": "Cheaper", "currency": "EUR", "based_on": shop.market.price_list_id, "percent": "-10"}
    owner.post(reverse("backoffice:price_list_new"), form)
    cheaper = PriceList.objects.get(name="Cheaper")
    client_of("manager").post(reverse("backoffice:price_list_choose", args=[cheaper.pk]), {"market": shop.market.pk})
    shop.market.refresh_from_db()
    assert shop.market.price_list_id != cheaper.pk
    owner.post(reverse("backoffice:price_list_choose", args=[cheaper.pk]), {"market": shop.market.pk})
    shop.market.refresh_from_db()
    assert quote([shop.mug.pk], shop.market)[shop.mug.pk].unit.minor == 1080


def test_prices_and_breaks_of_a_product_are_written_together(owner, shop):
    address = reverse("backoffice:product_prices", args=[shop.mug.product_id])
    key = f"v{shop.mug.pk}"
    assert "MUG" in owner.get(address).content.decode()
    wrong = owner.post(address, {f"{key}-price_minor": "13.00", f"{key}-breaks": "5: 14.00"})
    assert wrong.status_code == 422
    assert "below the price of one" in wrong.content.decode()
    assert Price.objects.get(variant=shop.mug).amount_minor == 1200
    assert owner.post(address, {f"{key}-price_minor": "13.00", f"{key}-breaks": "five: 14.00"}).status_code == 422
    values = {
        f"{key}-price_minor": "13,00", f"{key}-compare_at_minor": "15.00", f"{key}-compare_at_is_rrp": "on",
        f"{key}-breaks": "5: 12.00\n10 = 11,50\n",
    }  # fmt: skip
    assert owner.post(address, values).status_code == 302
    price = Price.objects.get(variant=shop.mug)
    assert (price.amount_minor, price.compare_at_minor, price.compare_at_is_rrp, price.breaks) == (
        1300, 1500, True, [[5, 1200], [10, 1150]],
    )  # fmt: skip
    page = owner.get(address).content.decode()
    assert "5: 12.00\n10: 11.50" in page
    assert "What it cost" in page
    owner.post(address, {f"{key}-price_minor": ""})
    assert not Price.objects.filter(variant=shop.mug).exists()
    assert books.verify().is_clean


def test_groups_and_their_members(owner, shop):
    market = f"market_{shop.market.pk}"
    form = {"name": "Trade", "currency": "EUR", "based_on": shop.market.price_list_id, "percent": "-20"}
    owner.post(reverse("backoffice:price_list_new"), form)
    prices = PriceList.objects.get(name="Trade")
    owner.post(reverse("backoffice:customer_group_new"), {"name": "Trade", market: prices.pk})
    group = CustomerGroup.objects.get()
    assert GroupPriceList.objects.get().price_list_id == prices.pk
    assert owner.post(reverse("backoffice:customer_group_new"), {"name": "trade", market: ""}).status_code == 422
    customer = make_customer()
    screen = reverse("backoffice:customer", args=[customer.pk])
    assert "Keep the group" in owner.get(screen).content.decode()
    assert "Keep the group" not in client_of("support").get(screen).content.decode()
    owner.post(reverse("backoffice:customer_group_assign", args=[customer.pk]), {"group": group.pk})
    customer.refresh_from_db()
    assert customer.group == group
    assert "Customer group changed" in owner.get(screen).content.decode()
    assert quote([shop.mug.pk], shop.market, customer_id=customer.pk)[shop.mug.pk].unit.minor == 960
    assert "1 customer" in owner.get(reverse("backoffice:customer_groups")).content.decode()
    # The list is in use now.
    owner.post(reverse("backoffice:price_list_remove", args=[prices.pk]))
    assert PriceList.objects.filter(pk=prices.pk).exists()
    owner.post(reverse("backoffice:customer_group", args=[group.pk]), {"name": "Friends", market: ""})
    group.refresh_from_db()
    assert (group.name, GroupPriceList.objects.count()) == ("Friends", 0)
    owner.post(reverse("backoffice:customer_group_remove", args=[group.pk]))
    customer.refresh_from_db()
    assert customer.group is None
    assert books.verify().is_clean


def test_the_preview_asks_as_often_for_many_as_for_one(owner, shop, django_assert_max_num_queries):
    address = reverse("backoffice:price_sale_new")
    form = {
        "name": "Sale", "price_list": shop.market.price_list_id, "percent": "10", "scope": "all",
        "ends_at": typed(clock.now() + timedelta(days=3)),
    }  # fmt: skip
    owner.post(address, form)
    with django_assert_max_num_queries(40):
        owner.post(address, form)
