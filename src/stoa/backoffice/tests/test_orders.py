"""Orders: finding them, exporting them, and what staff do to them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.inventory.stock.actions import adjust
from stoa.inventory.stock.queries import level_of
from stoa.kernel.actors import SYSTEM
from stoa.operations.models import Order, OrderNote, Payment, PaymentEvent, Refund
from stoa.operations.payments import actions as payments
from stoa.operations.testing import Shop, make_order


def paid(shop: Shop, **wish: Any) -> Order:
    order = make_order(shop, **wish)
    payments.mark_received(order.pk, order.total_minor, actor=SYSTEM)
    order.refresh_from_db()
    return order


def says(response: Any) -> list[str]:
    return [str(message).strip() for message in response.context["messages"]]


def refund_form(owner: Client, order: Order) -> dict[str, str]:
    """What the refund form of the screen holds."""
    forms = owner.get(reverse("backoffice:order", args=[order.pk])).context["refund_forms"]
    form = next(iter(forms.values()))
    return {"amount": str(form.initial["amount"]), "key": form.initial["key"], "reason": "broken"}


def refund_url(order: Order) -> str:
    return reverse("backoffice:order_refund", args=[order.pk, order.payments.get().pk])


@pytest.mark.parametrize("text", ["1001", "#1001", "Lovelace", "ADA@example", "book"])
def test_orders_are_found_by_number_name_mail_and_sku(owner: Client, shop: Shop, text: str) -> None:
    order = make_order(shop, {"BOOK": 1})
    make_order(shop, {"MUG": 1}, name="Bob", email="bob@example.org")
    found = owner.get(reverse("backoffice:orders"), {"q": text}).context["object_list"]
    assert [row.pk for row in found] == [order.pk]


def test_todo_filter_tells_paid_from_awaited(owner: Client, shop: Shop) -> None:
    waiting, ready, at_the_door = make_order(shop), paid(shop), make_order(shop, payment_method="cash_on_delivery")

    def listed(todo: str) -> set[int]:
        return {row.pk for row in owner.get(reverse("backoffice:orders"), {"todo": todo}).context["object_list"]}

    assert listed("ship") == {ready.pk, at_the_door.pk}
    assert listed("transfer") == {waiting.pk}
    assert listed("give_back") == set()


def test_export_has_the_filtered_orders_and_runs_no_formula(owner: Client, shop: Shop) -> None:
    make_order(shop, name='=HYPERLINK("http://evil","x")', phone="+49 30 1", note="@SUM(1)")
    make_order(shop, name="Bob", email="bob@example.org")
    response = owner.get(reverse("backoffice:orders_export"), {"q": "HYPERLINK"})
    assert response["Content-Type"].startswith("text/csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 1
    assert rows[0]["name"] == '\'=HYPERLINK("http://evil","x")'
    assert rows[0]["phone"] == "'+49301"
    assert rows[0]["total"] == "28.90"
    assert rows[0]["number"] == "1001"


def test_refund_is_prefilled_with_what_is_left_and_a_second_click_gives_nothing(owner: Client, shop: Shop) -> None:
    order = paid(shop)
    sent = refund_form(owner, order)
    assert sent["amount"] == "28.90"
    sent["amount"] = "10,00"
    for _click in range(2):
        assert owner.post(refund_url(order), sent).status_code == 302
    assert [(refund.amount_minor, refund.status) for refund in Refund.objects.all()] == [(1000, "done")]
    payment = Payment.objects.get(order=order)
    assert payment.refunded_minor == 1000
    assert refund_form(owner, order)["amount"] == "18.90"


@pytest.mark.parametrize("amount", ["28.91", "-5.00", "0", "1e3", "٣", "28.901", "", "NaN"])
def test_refund_of_a_wrong_amount_changes_nothing(owner: Client, shop: Shop, amount: str) -> None:
    order = paid(shop)
    response = owner.post(refund_url(order), {**refund_form(owner, order), "amount": amount}, follow=True)
    assert len(says(response)) == 1
    assert not Refund.objects.exists()
    assert Payment.objects.get(order=order).refunded_minor == 0


def test_a_refund_goes_to_the_payment_of_its_order_only(owner: Client, shop: Shop) -> None:
    order, other = paid(shop), paid(shop)
    sent = refund_form(owner, order)
    url = reverse("backoffice:order_refund", args=[order.pk, other.payments.get().pk])
    assert owner.post(url, sent).status_code == 404
    assert not Refund.objects.exists()


def test_shipping_twice_is_told_and_done_once(owner: Client, shop: Shop) -> None:
    order = paid(shop)
    url = reverse("backoffice:order_ship", args=[order.pk])
    assert "shipped" in says(owner.post(url, follow=True))[0]
    shipped_at = Order.objects.get().shipped_at
    second = owner.post(url, follow=True)
    assert [message.level_tag for message in second.context["messages"]] == ["error"]
    assert Order.objects.get().shipped_at == shipped_at


def test_cancelling_restocks_once_and_gives_the_money_back(owner: Client, shop: Shop) -> None:
    order = paid(shop)
    assert level_of("MUG").on_hand == 8  # type: ignore[union-attr]
    url = reverse("backoffice:order_cancel", args=[order.pk])
    for _click in range(2):
        owner.post(url, {"reason": "changed their mind", "refund": "on"})
    order.refresh_from_db()
    assert (order.status, order.cancel_reason, order.payment_status) == ("cancelled", "changed their mind", "refunded")
    assert level_of("MUG").on_hand == 10  # type: ignore[union-attr]
    assert Refund.objects.count() == 1


def test_cancelling_without_a_refund_leaves_it_due_on_today(owner: Client, shop: Shop) -> None:
    order = paid(shop)
    owner.post(reverse("backoffice:order_cancel", args=[order.pk]), {"reason": ""})
    assert not Refund.objects.exists()
    sections = {section.key: section for section in owner.get("/admin/").context["sections"]}
    assert sections["give_back"].count == 1
    assert sections["give_back"].money == ["€28.90"]


def test_notes_and_payment(owner: Client, shop: Shop) -> None:
    order = make_order(shop)
    owner.post(reverse("backoffice:order_note", args=[order.pk]), {"text": "<b>call</b> first"})
    assert OrderNote.objects.get().author == "Owner Person"
    assert b"&lt;b&gt;call" in owner.get(reverse("backoffice:order", args=[order.pk])).content
    for _click in range(2):
        owner.post(reverse("backoffice:order_receive", args=[order.pk]))
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert Payment.objects.get().captured_minor == order.total_minor


def test_support_sees_the_order_but_not_its_costs_nor_the_steps(shop: Shop) -> None:
    order = paid(shop)
    page = client_of("support").get(reverse("backoffice:order", args=[order.pk])).content.decode()
    assert "Ada Lovelace" in page
    assert "€5.00" not in page
    for name in ("order_ship", "order_cancel"):
        assert reverse(f"backoffice:{name}", args=[order.pk]) not in page
    assert refund_url(order) not in page


def bulk(action: str, *orders: Order, **query: str) -> str:
    ids = "&".join(f"id={order.pk}" for order in orders)
    return reverse("wagtail_bulk_action", args=["operations", "order", action]) + f"?next=/admin/orders/&{ids}"


def test_bulk_ships_what_can_be_shipped_and_says_what_cannot(owner: Client, shop: Shop) -> None:
    ready, gone = paid(shop), paid(shop)
    owner.post(reverse("backoffice:order_ship", args=[gone.pk]))
    assert b"Mark these orders" in owner.get(bulk("ship", ready, gone)).content
    said = says(owner.post(bulk("ship", ready, gone), follow=True))
    assert said[0] == "1 order done."
    assert said[1].startswith(f"#{gone.number}:")
    assert set(Order.objects.values_list("status", flat=True)) == {"shipped"}


def test_bulk_cancel_refunds_and_bulk_export_is_a_file(owner: Client, shop: Shop) -> None:
    first, second = paid(shop), paid(shop)
    owner.post(bulk("cancel", first, second))
    assert Refund.objects.filter(status="done").count() == 2
    export = owner.get(bulk("export", second))
    text = b"".join(export.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert [row["number"] for row in csv.DictReader(io.StringIO(text))] == [second.number]


@pytest.mark.parametrize(
    ("role", "action"), [("support", "ship"), ("fulfilment", "cancel"), ("fulfilment", "export"), ("analyst", "ship")]
)
def test_bulk_asks_for_the_right_of_its_action(shop: Shop, role: str, action: str) -> None:
    order = paid(shop)
    for method in ("get", "post"):
        response = getattr(client_of(role), method)(bulk(action, order))
        assert (response.status_code, response["Location"]) == (302, "/admin/")
    order.refresh_from_db()
    assert order.status == "open"


def test_a_refused_payment_message_is_ticked_off_once(owner: Client, shop: Shop) -> None:
    from stoa.kernel import clock

    event = PaymentEvent.objects.create(
        provider="sandbox", channel="webhook", outcome="refused", received_at=clock.now()
    )
    adjust(shop.book.pk, shop.location.pk, 20, reason="received", actor=SYSTEM)
    assert [section.key for section in owner.get("/admin/").context["sections"]] == ["payments"]
    owner.post(reverse("backoffice:payment_event_check", args=[event.pk]))
    event.refresh_from_db()
    assert event.checked_by == "Owner Person"
    assert owner.get("/admin/").context["sections"] == []
    assert b"Nothing waits for you" in owner.get("/admin/").content


@pytest.mark.parametrize("name", ["orders", "customers", "levels", "moves", "deliveries", "audit", "mails"])
def test_lists_ask_the_same_number_of_questions_for_few_rows_and_many(
    owner: Client, shop: Shop, name: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse(f"backoffice:{name}")
    make_order(shop, {"MUG": 1})
    owner.get(url)
    with CaptureQueriesContext(connection) as few:
        owner.get(url)
    for number in range(4):
        make_order(shop, {"MUG": 1, "BOOK": 1} if number == 0 else {"MUG": 1}, email=f"buyer{number}@example.com")
    with CaptureQueriesContext(connection) as many:
        owner.get(url)
    assert len(many) == len(few)


def test_an_order_is_held_and_released(owner: Client, shop: Shop) -> None:
    order = paid(shop)
    page = reverse("backoffice:order", args=[order.pk])

    def listed(todo: str) -> list[int]:
        return [row.pk for row in owner.get(reverse("backoffice:orders"), {"todo": todo}).context["object_list"]]

    assert (listed("held"), listed("ship")) == ([], [order.pk])
    held = owner.post(reverse("backoffice:order_hold", args=[order.pk]), {"reason": "<b>call</b> first"}, follow=True)

    assert says(held) == ["Held. It cannot be shipped until somebody releases it."]
    assert (listed("held"), listed("ship")) == ([order.pk], [])
    html = owner.get(page).content.decode()
    assert "&lt;b&gt;call&lt;/b&gt; first" in html
    assert reverse("backoffice:order_ship", args=[order.pk]) not in html
    refused = owner.post(reverse("backoffice:order_ship", args=[order.pk]), follow=True)
    assert says(refused) == ["This order is held: &lt;b&gt;call&lt;/b&gt; first. Release it first."]

    assert says(owner.post(reverse("backoffice:order_release", args=[order.pk]), follow=True)) == ["Released."]
    assert (listed("held"), listed("ship")) == ([], [order.pk])
    assert reverse("backoffice:order_ship", args=[order.pk]) in owner.get(page).content.decode()


def test_orders_are_tagged_and_found_by_tag(owner: Client, shop: Shop) -> None:
    order, other = make_order(shop), make_order(shop)
    owner.post(reverse("backoffice:order_tags", args=[order.pk]), {"tags": "Gift, wholesale"})
    owner.post(reverse("backoffice:order_tags", args=[other.pk]), {"tags": "wholesale"})

    def listed(**filters: Any) -> set[int]:
        return {row.pk for row in owner.get(reverse("backoffice:orders"), filters).context["object_list"]}

    assert listed(tag="gift") == {order.pk}
    assert listed(tag=["gift", "wholesale"]) == {order.pk, other.pk}
    shown = owner.get(reverse("backoffice:order", args=[order.pk]))
    assert shown.context["tags_form"].initial == {"tags": "gift, wholesale"}
    assert "+ gift · + wholesale" in [moment.detail for moment in shown.context["view"].timeline]
