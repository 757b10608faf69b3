"""Promotions as staff write, read, try and end them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from stoa.backoffice.testing import client_of
from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.models import Promotion, PromotionCode
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.catalogue.promotions import actions
from stoa.catalogue.promotions.actions import PromotionData
from stoa.catalogue.promotions.errors import CodeRefusedError
from stoa.customers.groups.actions import create_group
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.operations.cart import actions as cart_actions
from stoa.operations.checkout.actions import place_order
from stoa.operations.models import Order
from stoa.operations.promotions.actions import run_trial
from stoa.operations.promotions.models import PromotionTrial
from stoa.operations.testing import BUYER, Shop, make_cart, make_order, make_shop

LIST = "/admin/marketing/promotions/"


@pytest.fixture
def shop(db: None) -> Shop:
    made = make_shop()
    shelf = create_category("Ceramics", actor=SYSTEM)
    update_product(made.mug.product_id, ProductChanges(categories=[shelf.pk], brand="Hafen"), actor=SYSTEM)
    return made


@pytest.fixture
def owner(shop: Shop) -> Client:
    return client_of("owner")


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def typed(at) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def promote(code="spring", **fields):
    fields = {"terms": {"percent_bp": 1000}, **fields}
    data = PromotionData("Spring", "percent", "EUR", is_automatic=not code, code=code, **fields)
    return actions.create_promotion(data, actor=SYSTEM)


def order_with(shop, code, **wish):
    from dataclasses import replace

    cart, token = make_cart(shop, {"MUG": 1})
    cart_actions.add_code(cart.pk, code, actor=GUEST)
    return place_order(replace(BUYER, cart_token=token, **wish), market=shop.market, actor=GUEST).order


def plain(kind_fields, **more):
    return {"name": "Spring", "way": "automatic", **kind_fields, **more}


def test_what_it_means_is_said_before_it_is_kept(owner, shop):
    shelf = shop.mug.product.placements.get().category_id
    address = reverse("backoffice:promotion_new") + "?kind=percent"
    form = plain(
        {"percent": "10"}, way="code", code="Spring", categories=[shelf], min_spend="50", limit_per_customer="1",
        skips_reduced="on", ends_at=typed(clock.now() + timedelta(days=3)), not_brands=["Hafen"], countries=["DE"],
    )  # fmt: skip
    shown = text(owner.post(address, {**form, "preview": "1"}))
    assert (
        "10 % off Ceramics, not on Hafen, not on goods on sale, from €50.00, to Germany, with the code SPRING, "
        "once per customer, until " in shown
    )
    assert not Promotion.objects.exists()
    assert owner.post(address, form).status_code == 302
    row = Promotion.objects.get()
    assert (row.kind, row.terms, row.currency, row.is_automatic) == ("percent", {"percent_bp": 1000}, "EUR", False)
    assert row.conditions == {
        "chosen": {"categories": [shelf]}, "excluded": {"brands": ["Hafen"]}, "skips_reduced": True,
        "min_spend_minor": 5000, "countries": ["DE"],
    }  # fmt: skip
    assert PromotionCode.objects.get().code == "spring"


def test_each_kind_has_its_own_fields_and_no_others(owner, shop):
    assert "10 % off all mugs" in text(owner.get(reverse("backoffice:promotion_new")))
    own = {"percent", "amount", "buy", "get", "tiers", "bundle"}
    wanted = {
        "percent": {"percent"}, "amount": {"amount"}, "amount_each": {"amount"}, "free_delivery": set(),
        "buy_get": {"buy", "get", "percent"}, "spend_tiers": {"tiers"}, "quantity_tiers": {"tiers"},
        "bundle": {"bundle", "amount"},
    }  # fmt: skip
    for kind, fields in wanted.items():
        page = owner.get(reverse("backoffice:promotion_new"), {"kind": kind}).content.decode()
        assert {name for name in own if f'name="{name}"' in page} == fields, kind
    assert owner.get(reverse("backoffice:promotion_new"), {"kind": "nonsense"}).status_code == 404


@pytest.mark.parametrize(
    ("kind", "fields", "terms", "said"),
    [
        ("amount", {"amount": "5,50"}, {"amount_minor": 550}, "€5.50 off everything, shared out over the cart."),
        ("amount_each", {"amount": "2"}, {"amount_minor": 200}, "€2.00 off every piece of everything."),
        ("free_delivery", {}, {}, "Free delivery."),
        ("buy_get", {"buy": "2", "get": "1", "percent": "100"}, {"buy": 2, "get": 1, "percent_bp": 10_000},
         "Buy 2, get 1 free, of everything."),
        ("spend_tiers", {"tiers": "100 = 10\n50=5"}, {"tiers": [[5000, 500], [10_000, 1000]]},
         "5 % from €50.00; 10 % from €100.00 off everything."),
        ("quantity_tiers", {"tiers": "3 = 12.5"}, {"tiers": [[3, 1250]]}, "12.5 % from 3 pieces off everything."),
    ],
)  # fmt: skip
def test_every_kind_can_be_written_and_read_again(owner, shop, kind, fields, terms, said):
    address = f"{reverse('backoffice:promotion_new')}?kind={kind}"
    kept = owner.post(address, plain(fields))
    assert kept.status_code == 302
    row = Promotion.objects.get()
    assert (row.kind, row.terms) == (kind, terms)
    assert said in text(owner.get(kept["Location"]))
    # The editor shows what it was given: kept again, nothing is another.
    form = owner.get(reverse("backoffice:promotion_edit", args=[row.pk])).context["form"]
    again = {name: form[name].value() for name in form.fields}
    again = {
        name: form.fields[name].prepare_value(value) for name, value in again.items() if value not in (None, "", False)
    }
    assert owner.post(reverse("backoffice:promotion_edit", args=[row.pk]), again).status_code == 302
    row.refresh_from_db()
    assert (row.terms, row.conditions, row.label) == (terms, {}, "Spring")


def test_a_set_is_written_by_skus(owner, shop):
    address = f"{reverse('backoffice:promotion_new')}?kind=bundle"
    wrong = owner.post(address, plain({"amount": "30", "bundle": "2 x MUG\nNOSUCH"}))
    assert wrong.status_code == 422
    assert "Not found: NOSUCH" in text(wrong)
    owner.post(address, plain({"amount": "30", "bundle": "2 x MUG\nBOOK"}))
    row = Promotion.objects.get()
    assert row.terms == {"amount_minor": 3000, "bundle": [[shop.mug.product_id, 2], [shop.book.product_id, 1]]}
    shown = text(owner.get(reverse("backoffice:promotion", args=[row.pk])))
    assert "2 × The MUG + 1 × The BOOK together for €30.00." in shown
    assert "2 x MUG\n1 x BOOK" in owner.get(reverse("backoffice:promotion_edit", args=[row.pk])).content.decode()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("percent", {"percent": "0"}), ("percent", {"percent": "101"}), ("percent", {}), ("amount", {"amount": "0"}),
        ("amount", {"amount": "-1"}), ("spend_tiers", {"tiers": "50"}), ("spend_tiers", {"tiers": "50 = 101"}),
        ("quantity_tiers", {"tiers": "3 = 5\n3 = 6"}), ("buy_get", {"buy": "0", "get": "1", "percent": "100"}),
        ("percent", {"percent": "10", "starts_at": "2030-01-02 00:00", "ends_at": "2030-01-01 00:00"}),
        ("percent", {"percent": "10", "limit_total": "0"}), ("percent", {"percent": "10", "skus": "NOSUCH"}),
        ("bundle", {"amount": "30", "bundle": "0 x MUG"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_lost(owner, shop, kind, fields):
    answer = owner.post(f"{reverse('backoffice:promotion_new')}?kind={kind}", plain(fields, name="Not lost"))
    assert answer.status_code == 422
    assert 'value="Not lost"' in answer.content.decode()
    assert not Promotion.objects.exists()


def test_a_code_that_another_has_is_refused(owner, shop):
    promote()
    address = f"{reverse('backoffice:promotion_new')}?kind=percent"
    answer = owner.post(address, plain({"percent": "5"}, way="code", code="SPRING"))
    assert answer.status_code == 422
    assert "This is taken already." in text(answer)
    assert Promotion.objects.count() == 1


def test_an_edit_keeps_the_count_of_uses(owner, shop):
    group = create_group("Trade", actor=SYSTEM)
    row = promote(limit_total=5)
    order_with(shop, "spring")
    form = plain({"percent": "20"}, way="code", code="SPRING", limit_total="5", customer_groups=[group.pk])
    assert owner.post(reverse("backoffice:promotion_edit", args=[row.pk]), form).status_code == 302
    row.refresh_from_db()
    assert (row.used, row.terms, row.conditions) == (1, {"percent_bp": 2000}, {"customer_groups": [group.pk]})


def test_the_list_says_state_uses_and_what_was_given(owner, shop):
    promote(limit_total=1)
    order_with(shop, "spring")
    now = clock.now()
    promote(code="later", starts_at=now + timedelta(days=1))
    promote(code="over", ends_at=now - timedelta(days=1))
    promote(code="", conditions={"chosen": {"products": [shop.mug.product_id]}})
    shown = text(owner.get(LIST))
    for words in ("used up", "planned", "ended", "running", "1 / 1", "€1.20", "on the shelf", "with the code SPRING"):
        assert words in shown, words
    found = text(owner.get(LIST, {"q": "LATER"}))
    assert "with the code LATER" in found
    assert "with the code SPRING" not in found


def test_a_longer_list_asks_no_more(owner, shop):
    shelf = shop.mug.product.placements.get().category_id
    conditions = {"chosen": {"categories": [shelf], "products": [shop.book.product_id]}}
    promote(code="one", conditions=conditions)
    owner.get(LIST)
    with CaptureQueriesContext(connection) as short:
        owner.get(LIST)
    for number in range(12):
        promote(code=f"code{number}", conditions=conditions)
    with CaptureQueriesContext(connection) as long:
        assert text(owner.get(LIST)).count("10 % off Ceramics and The BOOK") == 13
    assert len(long) == len(short)


def test_unique_codes_are_made_fetched_and_switched_off(owner, shop):
    row = promote(code="base")
    made = owner.post(
        reverse("backoffice:promotion_codes_make", args=[row.pk]),
        {"count": "12", "beginning": "=SP", "batch": "letter"},
    )
    assert made.status_code == 302
    download = owner.get(reverse("backoffice:promotion_codes_download", args=[row.pk]), {"batch": "letter"})
    lines = b"".join(download.streaming_content).decode().lstrip("\ufeff").splitlines()
    assert lines[0] == "Code,Batch,Used,Can be used"
    assert len({line.split(",")[0] for line in lines[1:]}) == 12
    # No cell that a spreadsheet would run.
    assert all(line.startswith("'=SP") and line.endswith(",letter,0,yes") for line in lines[1:])
    codes = list(PromotionCode.objects.filter(batch="letter").values_list("code", flat=True))
    order_with(shop, codes[0])
    off = reverse("backoffice:promotion_codes_off", args=[row.pk])
    owner.post(off, {"code": codes[1].upper()})
    with pytest.raises(CodeRefusedError):
        order_with(shop, codes[1])
    owner.post(off, {"batch": "letter"})
    for code in codes[2:]:
        with pytest.raises(CodeRefusedError):
            order_with(shop, code)
    assert order_with(shop, "base", email="bea@example.com").discount_minor == 120
    assert Order.objects.get(email="ada@example.com").discount_minor == 120


def test_switching_off_and_archiving(owner, shop):
    row = promote()
    owner.post(reverse("backoffice:promotion_pause", args=[row.pk]))
    assert "switched off" in text(owner.get(LIST))
    owner.post(reverse("backoffice:promotion_resume", args=[row.pk]))
    order = order_with(shop, "spring")
    owner.post(reverse("backoffice:promotion_archive", args=[row.pk]))
    assert "No promotions yet." in text(owner.get(LIST))
    assert owner.get(reverse("backoffice:promotion_edit", args=[row.pk])).status_code == 404
    assert "Spring</a> · SPRING: −€1.20" in text(owner.get(reverse("backoffice:order", args=[order.pk])))
    gone = text(owner.get(reverse("backoffice:promotion", args=[row.pk])))
    assert "archived" in gone
    assert "€1.20" in gone
    assert "Switch on" not in gone


def test_an_order_says_why_its_price(owner, shop):
    promote()
    order = order_with(shop, "spring")
    shown = text(owner.get(reverse("backoffice:order", args=[order.pk])))
    assert "Why this price" in shown
    assert "Spring</a> · SPRING: −€1.20" in shown
    assert "(10 % of €12.00: €10.80 is left)" in shown
    other = make_order(shop, {"MUG": 1})
    assert "Why this price" not in text(owner.get(reverse("backoffice:order", args=[other.pk])))


def test_the_floor_is_set_and_the_editor_warns(owner, shop):
    address = reverse("backoffice:promotion_floor")
    assert owner.post(address, {"product": "100", "order": "", "blocks": "warn"}).status_code == 422
    assert owner.post(address, {"product": "40", "order": "", "blocks": "block"}).status_code == 302
    shop.market.refresh_from_db()
    assert (shop.market.floor_per_product_bp, shop.market.floor_per_order_bp, shop.market.floor_blocks) == (
        4000, None, True,
    )  # fmt: skip
    form = {**plain({"percent": "20"}), "preview": "1"}
    new = f"{reverse('backoffice:promotion_new')}?kind=percent"
    shown = text(owner.post(new, form))
    assert "1 article would be sold below the margin floor." in shown
    assert "€9.60, the floor is €9.92" in shown
    assert "The floor blocks" in shown
    # Who sees no costs is warned without them.
    blind = text(client_of("marketing").post(new, form))
    assert "1 article would be sold below the margin floor." in blind
    assert "€9.92" not in blind
    assert "below the margin floor" not in text(owner.post(new, {**form, "percent": "10"}))


def test_today_warns_of_what_runs_below_the_floor(owner, shop):
    assert "Promotions below the margin floor" not in text(owner.get("/admin/"))
    promote(terms={"percent_bp": 6000})
    assert "Promotions below the margin floor" in text(owner.get("/admin/"))
    assert "Promotions below the margin floor" not in text(client_of("support").get("/admin/"))


def test_a_plan_is_tried_on_past_orders(owner, shop):
    order = make_order(shop, {"MUG": 1})
    row = promote(terms={"percent_bp": 6000}, starts_at=clock.now() + timedelta(days=5))
    day = timezone.localtime(clock.now()).date().isoformat()
    begun = owner.post(
        reverse("backoffice:promotion_try", args=[row.pk]), {"since": day, "until": day, "country": "DE"}
    )
    trial = PromotionTrial.objects.get()
    assert begun["Location"] == reverse("backoffice:promotion_trial", args=[trial.pk])
    waiting = owner.get(begun["Location"])
    assert waiting["Refresh"] == "2"
    assert "0 of 0 orders" in text(waiting)
    run_trial(trial.pk)
    done = owner.get(begun["Location"])
    assert "Refresh" not in done
    shown = text(done)
    for words in ("€7.20", "60 %", "€5.08", f'href="{reverse("backoffice:order", args=[order.pk])}"', "-€0.97"):
        assert words in shown.replace("−", "-"), words
    download = owner.get(reverse("backoffice:promotion_trial_download", args=[trial.pk]))
    lines = b"".join(download.streaming_content).decode().lstrip("\ufeff").splitlines()
    assert lines == ["Order,Given away,Margin before,Margin after", f"{order.number},7.20,5.08,-0.97"]
    blind = text(client_of("marketing").get(begun["Location"]))
    assert "€7.20" in blind
    assert "€5.08" not in blind
    assert f"#{order.number}" not in blind
    assert client_of("marketing").get(reverse("backoffice:promotion_trial_download", args=[trial.pk])).status_code in (
        302, 403,
    )  # fmt: skip


def test_a_time_that_is_none_is_refused(owner, shop):
    row = promote()
    for since, until in (
        ("2026-02-02", "2026-02-01"),
        ("nonsense", "2026-02-01"),
        ("", ""),
        ("0001-01-01", "9999-12-31"),
    ):
        answer = owner.post(
            reverse("backoffice:promotion_try", args=[row.pk]), {"since": since, "until": until, "country": ""}
        )
        assert answer["Location"] == reverse("backoffice:promotion", args=[row.pk])
    assert not PromotionTrial.objects.exists()


def test_who_may_read_may_not_write(shop):
    row = promote()
    screen = reverse("backoffice:promotion", args=[row.pk])
    for role in ("support", "analyst"):
        shown = text(client_of(role).get(screen))
        assert "10 % off everything" in shown
        assert "Switch off" not in shown
        assert "Make unique codes" not in shown
    client_of("support").post(reverse("backoffice:promotion_pause", args=[row.pk]))
    row.refresh_from_db()
    assert row.is_active
