"""Money: what the provider, somebody who plays the provider, and the network may do, in any order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.abuse.console import Console
from tests.abuse.web import Answer, form, new_address, order, send
from tests.live import LiveShop

HOOK = "/payments/webhooks/sandbox/"
NOWHERE = "http://127.0.0.1:9/payments/webhooks/sandbox/"
ORDER = """
from stoa.operations.models import Order, Payment, PaymentEvent, MailMessage
from stoa.operations.payments.sandbox.models import SandboxPayment, SandboxWebhook
p = Payment.objects.get(provider_ref={ref!r}); o = p.order
"""


@dataclass
class Card:
    """An order that waits at the test provider's page. The postman is sent astray, so that tests bring the messages."""

    shop: LiveShop
    console: Console
    ref: str

    def ask(self, code: str) -> Any:
        return self.console(ORDER.format(ref=self.ref) + code)

    @property
    def state(self) -> list[Any]:
        return self.ask("result = [o.status, o.payment_status, p.status, p.captured_minor, p.refunded_minor]")

    @property
    def return_target(self) -> str:
        return str(self.ask("result = SandboxPayment.objects.get(reference=p.provider_ref).return_url")).replace(
            self.shop.base, ""
        )

    def at_provider(self, step: str) -> Answer:
        return form(self.shop.base, f"/sandbox-pay/{self.ref}/", {"step": step}, source=new_address())

    def message(self, spoil: str = "") -> bytes:
        """What the provider has to say, with data changed by ``spoil`` (code over ``d``: the message)."""
        code = f"""
import json, secrets
from stoa.operations.payments.sandbox import server
d = {{"id": "evt_" + secrets.token_hex(8), "type": "payment.captured",
      "data": server.report(SandboxPayment.objects.get(reference=p.provider_ref))}}
{spoil}
result = json.dumps(d, sort_keys=True)
"""
        return str(self.ask(code)).encode()

    def signed(self, body: bytes, *, age: int = 0, secret: str = "") -> dict[str, str]:
        code = f"""
from stoa.operations.payments.sandbox import signing, keys
now = int(clock.now().timestamp()) - {age}
result = [signing.HEADER, signing.sign({secret!r} or keys.webhook_secret(), now, {body!r})]
"""
        name, value = self.console(code)
        return {name: value, "Content-Type": "application/json"}

    def deliver(self, body: bytes, headers: dict[str, str]) -> int:
        return send(self.shop.base, "POST", HOOK, body, headers).status


WAITING, PAID = ["awaiting_payment", "unpaid", "pending", 0, 0], ["open", "paid", "captured", 2990, 0]


@pytest.fixture
def card(shop: LiveShop, console: Console) -> Card:
    return new_card(shop, console)


def new_card(shop: LiveShop, console: Console) -> Card:
    ref = order(shop.base, payment="sandbox").split("/")[2]
    made = Card(shop, console, ref)
    made.ask(f"SandboxPayment.objects.filter(reference=p.provider_ref).update(notify_url={NOWHERE!r})")
    assert made.state == WAITING
    return made


def paid_once(card: Card) -> None:
    assert card.state == PAID
    code = """
import time
from stoa.kernel.outbox.models import OutboxEvent
from stoa.kernel.outbox.relay import relay_until_empty
relay_until_empty()
mails = MailMessage.objects.filter(order=o)
for _ in range(100):  # the shop's own worker may have it in hand
    if mails.exists(): break
    time.sleep(0.1)
def told(name): return [e for e in OutboxEvent.objects.filter(name=name) if e.payload.get("order_id") == o.pk]
result = [len(told("operations.OrderPaid")), len(told("operations.OrderPlaced")), o.payments.count(),
          sorted(mails.values_list("kind", flat=True))]
"""
    assert card.ask(code) == [1, 1, 1, ["order_received"]]


@pytest.mark.parametrize("first", ["return", "webhook", "together"])
def test_return_and_webhook_capture_once(shop: LiveShop, console: Console, first: str) -> None:
    for _ in range(20 if first == "together" else 3):
        card = new_card(shop, console)
        assert card.at_provider("pay").status == 302
        back = partial(come_back, card, card.return_target)
        body = card.message()
        hook = partial(card.deliver, body, card.signed(body))
        if first == "together":
            assert sorted(all_at_once([back, hook, hook, back])) == [200, 200, 302, 302]
        else:
            order_of_news = (back, hook) if first == "return" else (hook, back)
            assert sorted(step() for step in order_of_news) == [200, 302]
        paid_once(card)


def come_back(card: Card, target: str) -> int:
    return send(card.shop.base, "GET", target).status


def all_at_once(steps: list[Callable[[], int]]) -> list[int]:
    barrier, statuses = threading.Barrier(len(steps)), []

    def run(step: Callable[[], int]) -> None:
        barrier.wait(30)
        statuses.append(step())

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return statuses


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        ("d['data']['amount_minor'] -= 1; d['data']['captured_minor'] -= 1", 200),
        ("d['data']['amount_minor'] = 1; d['data']['captured_minor'] = 1", 200),
        ("d['data']['captured_minor'] = 1", 200),
        ("d['data']['currency'] = 'JPY'", 200),
        ("d['data']['currency'] = 'eur'", 200),
        ("d['data']['merchant_reference'] = str(Payment.objects.earliest('id').uuid)", 200),
        ("d['data']['merchant_reference'] = 'x'", 200),
        ("d['data']['reference'] = 'sbx_somebody_elses'", 200),
        ("d['data']['amount_minor'] = '2990'", 400),
        ("d['data']['amount_minor'] = 2990.0", 400),
        ("d['data']['captured_minor'] = True", 400),
        ("d['data']['amount_minor'] = None", 400),
        ("d['data']['status'] = None", 400),
        ("d['data'] = []", 400),
        ("d['id'] = ''", 400),
        ("d = [d]", 400),
    ],
)
def test_a_genuine_message_about_something_else_pays_nothing(card: Card, spoil: str, status: int) -> None:
    listed = "from stoa.operations.payments.queries import events_to_check; result = events_to_check().count()"
    before = card.console(listed)
    card.at_provider("pay")
    body = card.message(spoil)
    assert card.deliver(body, card.signed(body)) == status
    assert card.state == WAITING
    now = card.console(listed)
    # Refused messages of one day are listed one by one up to a bound; the newest is counted on after that.
    assert now == before + 1 or (status == 400 and now == before >= 40)


def test_forged_and_old_messages_pay_nothing_and_are_listed(card: Card) -> None:
    card.at_provider("pay")
    body = card.message()
    good = card.signed(body)
    name = next(key for key in good if "signature" in key)
    altered = body.replace(b"2990", b"2991", 1)
    cases: list[tuple[bytes, dict[str, str], int]] = [
        (body, {}, 401),
        (body, {name: ""}, 401),
        (body, {name: "t=1,v1="}, 401),
        (body, {name: "v1=abc"}, 400),
        (body, {name: good[name].replace("t=", "t=1,t=")}, 400),
        (body, {name: good[name].replace("t=", "t=9")}, 401),
        (body, {name: "t=" + "9" * 400 + ",v1=ab"}, 400),
        (altered, good, 401),
        (body + b"\n", good, 401),
        (body, card.signed(body, secret="somebody else's secret"), 401),
        (body, card.signed(body, age=301), 400),
        (body, card.signed(body, age=600), 400),
        (body, card.signed(body, age=-301), 400),
        (b"", card.signed(b""), 400),
        (b"\xff\x00", card.signed(b"\xff\x00"), 400),
        (b"[" * 60_000, card.signed(b"[" * 60_000), 400),
        (b"x" * 70_000, card.signed(b"x" * 70_000), 413),
    ]
    for sent, headers, status in cases:
        assert card.deliver(sent, headers) == status, (sent[:40], headers)
        assert card.state == WAITING
    code = "result = PaymentEvent.objects.filter(outcome='refused', checked_at=None).exists()"
    assert card.ask(code) is True
    owner_sees = "from stoa.operations.payments.queries import events_to_check; result = events_to_check().count()"
    assert card.console(owner_sees) > 0


def test_fifty_copies_are_one_event(card: Card) -> None:
    card.at_provider("pay")
    body = card.message()
    headers = card.signed(body)
    assert {card.deliver(body, headers) for _ in range(50)} == {200}
    paid_once(card)
    event_id = json.loads(body)["id"]
    code = f"result = list(PaymentEvent.objects.filter(event_id={event_id!r}).values_list('outcome', 'times'))"
    assert card.ask(code) == [["applied", 50]]


def test_news_in_the_wrong_order_never_goes_backwards(card: Card) -> None:
    card.at_provider("pay")
    body = card.message()
    assert card.deliver(body, card.signed(body)) == 200
    for status in ("open", "declined", "cancelled", "unknown"):
        late = card.message(f"d['data']['status'] = {status!r}; d['data']['captured_minor'] = 0")
        assert card.deliver(late, card.signed(late)) == 200
        assert card.state == PAID
    paid_once(card)


def test_without_any_message_the_reconciliation_closes_the_gap(card: Card) -> None:
    card.at_provider("pay")
    assert card.state == WAITING
    code = """
from datetime import timedelta
from stoa.operations.payments.actions import reconcile
with clock.at(clock.now() + timedelta(minutes=15)):
    reconcile()
"""
    card.ask(code)
    paid_once(card)


def test_money_for_an_order_that_was_cancelled_goes_back_and_is_listed(card: Card) -> None:
    code = """
from datetime import timedelta
from stoa.kernel.actors import SYSTEM
from stoa.operations.orders.actions import cancel_order
cancel_order(o.pk, "changed my mind", actor=SYSTEM)
"""
    card.ask(code)
    # The provider does not know yet, and takes the money.
    card.ask("SandboxPayment.objects.filter(reference=p.provider_ref).update(status='captured', captured_minor=2990)")
    body = card.message()
    assert card.deliver(body, card.signed(body)) == 200
    assert card.state[:2] != ["open", "paid"]
    outcome = card.ask("result = list(PaymentEvent.objects.filter(payment=p).values_list('outcome', flat=True))")
    assert "mismatch" in outcome
    code = """
from datetime import timedelta
from stoa.operations.payments.actions import reconcile
with clock.at(clock.now() + timedelta(minutes=15)):
    reconcile()
s = SandboxPayment.objects.get(reference=p.provider_ref)
result = [s.captured_minor, s.refunded_minor]
"""
    assert card.ask(code) == [2990, 2990]


@pytest.mark.parametrize("provider", ["bank_transfer", "cash_on_delivery", "nobody", "stripe"])
def test_nobody_else_may_send_messages(card: Card, provider: str) -> None:
    card.at_provider("pay")
    body = card.message()
    answer = send(card.shop.base, "POST", f"/payments/webhooks/{provider}/", body, card.signed(body))
    assert (answer.status, card.state) == (404, WAITING)


@pytest.mark.parametrize("key", ["", "?key=", "?key=null", "?key=x", "?key[]=x", "?key=" + "A" * 5000])
def test_the_way_back_opens_with_its_key_alone(card: Card, key: str) -> None:
    card.at_provider("pay")
    target = card.return_target.partition("?")[0]
    answer = send(card.shop.base, "GET", f"{target}{key}")
    assert (answer.status, card.state) == (404, WAITING)
    other = new_card(card.shop, card.console).return_target.partition("?")[2]
    assert send(card.shop.base, "GET", f"{target}?{other}").status == 404
    assert card.state == WAITING


@pytest.mark.parametrize("step", ["", "captured", "PAY", "refund", "pay,decline"])
def test_the_providers_page_knows_its_own_buttons(card: Card, step: str) -> None:
    assert card.at_provider(step).status == 400
    assert card.ask("result = SandboxPayment.objects.get(reference=p.provider_ref).status") == "open"


def test_a_declined_payment_is_not_paid_by_going_back(card: Card) -> None:
    card.at_provider("decline")
    assert send(card.shop.base, "GET", card.return_target).status == 302
    assert card.state[:4] == ["awaiting_payment", "unpaid", "declined", 0]
    assert card.at_provider("pay").status in (302, 400)
    send(card.shop.base, "GET", card.return_target)
    assert card.state[:4] == ["awaiting_payment", "unpaid", "declined", 0]
