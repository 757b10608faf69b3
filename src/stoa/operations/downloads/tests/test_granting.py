"""Who gets which file, when, and who does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from stoa.catalogue.files.actions import attach_file, remove_file, replace_file, set_terms
from stoa.catalogue.models import DigitalFile, Market
from stoa.inventory.models import StockLevel, StockMove
from stoa.kernel import books, clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.models import AuditEntry
from stoa.operations.checkout.actions import place_order
from stoa.operations.checkout.errors import FieldErrors, PaymentMethodUnavailableError
from stoa.operations.downloads import actions
from stoa.operations.downloads.errors import DownloadGoneError, Gone, OrderNotPaidError
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.downloads.queries import by_token, downloads_of_orders
from stoa.operations.orders.actions import cancel_order
from stoa.operations.orders.models import Order, OrderLine, OrderLineComponent
from stoa.operations.payments import actions as payments
from stoa.operations.payments.applying import capture_by_hand
from stoa.operations.payments.models import Payment
from stoa.operations.testing import BUYER, make_cart, make_order

pytestmark = pytest.mark.django_db(transaction=True)
UNSENT = replace(BUYER, line1="", postal_code="", city="", delivery_code="")


@pytest.fixture(autouse=True)
def _books_stay_clean(shop):
    yield
    # One test takes a payment by hand that the provider never saw.
    assert [finding for finding in books.verify().findings if finding.check != "payments.sandbox"] == []


def buy(shop, goods, **wish):
    _cart, token = make_cart(shop, goods)
    return place_order(replace(UNSENT, cart_token=token, **wish), market=shop.market, actor=GUEST).order


def pay(order):
    capture_by_hand(Payment.objects.get(order=order), order.total_minor, actor=SYSTEM)
    order.refresh_from_db()
    return order


def files(order):
    return downloads_of_orders([order.pk]).get(order.pk, [])


def test_an_order_of_files_needs_no_delivery_and_is_complete_with_its_money(shop, noon):
    order = buy(shop, {"GUIDE": 1})
    assert (order.needs_delivery, order.delivery_code, order.delivery_minor, order.promised_to) == (False, "", 0, None)
    assert (order.total_minor, order.tax_minor, order.status) == (900, 144, "open")
    assert files(order) == []
    pay(order)
    assert (order.status, order.payment_status, order.completed_at) == ("completed", "paid", noon)
    (file,) = files(order)
    assert (file.name, file.label, file.size, file.left, file.limit) == ("The Guide.pdf", "PDF", 10240, 5, 5)
    assert file.expires_at == noon + timedelta(days=30)
    assert by_token(file.path.split("/")[2]).line.order_id == order.pk
    assert not StockMove.objects.filter(document=f"order:{order.number}").exists()


def test_the_tax_is_that_of_the_buyers_country(shop):
    assert buy(shop, {"GUIDE": 1}, country="FR").tax_minor == 150


def test_goods_beside_the_file_want_an_address(shop):
    _cart, token = make_cart(shop, {"GUIDE": 1, "MUG": 1})
    with pytest.raises(FieldErrors) as caught:
        place_order(replace(UNSENT, cart_token=token), market=shop.market, actor=GUEST)
    assert set(caught.value.errors) == {"line1", "postal_code", "city"}


def test_nobody_pays_on_delivery_where_nothing_is_delivered(shop):
    with pytest.raises(PaymentMethodUnavailableError):
        buy(shop, {"GUIDE": 1}, payment_method="cash_on_delivery")


def test_a_mixed_order_goes_on_after_the_file_is_handed_over(shop):
    order = pay(make_order(shop, {"GUIDE": 1, "MUG": 1}))
    assert (order.status, order.needs_delivery, len(files(order))) == ("open", True, 1)


def test_a_bundle_brings_its_parts_and_remembers_them(shop):
    order = pay(make_order(shop, {"COURSE": 2}))
    line = OrderLine.objects.get(order=order)
    assert (line.kind, line.quantity, line.is_stock_tracked, line.cost_minor) == ("bundle", 2, True, 100 + 2 * 500)
    parts = OrderLineComponent.objects.filter(line=line).values_list("sku", "title", "quantity", "cost_minor", "kind")
    assert list(parts) == [("GUIDE", "The GUIDE", 1, 100, "digital"), ("MUG", "The MUG", 2, 500, "physical")]
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 6
    (file,) = files(order)
    assert (file.title, file.limit) == ("The COURSE", 10)
    cancel_order(order.pk, "changed my mind", actor=SYSTEM)
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 10
    assert files(order)[0].gone is Gone.REVOKED


def test_a_free_file_is_there_at_once(shop):
    from stoa.catalogue.prices.actions import PriceChange, set_prices

    set_prices([PriceChange(shop.variants["GUIDE"].pk, shop.market.price_list_id, 0)], SYSTEM)
    order = buy(shop, {"GUIDE": 1})
    order.refresh_from_db()
    assert (order.status, order.payment_status, len(files(order))) == ("completed", "paid", 1)


def test_granting_twice_gives_nothing_more_and_unpaid_orders_nothing_at_all(shop):
    order = buy(shop, {"GUIDE": 1})
    with pytest.raises(OrderNotPaidError):
        actions.grant(order.pk, actor=SYSTEM)
    pay(order)
    (before,) = DownloadGrant.objects.values()
    assert actions.grant(order.pk, actor=SYSTEM) == 1
    assert list(DownloadGrant.objects.values()) == [before]
    # A file that comes later is there for the asking.
    attach_file(shop.variants["GUIDE"].product_id, ContentFile(b"more", "extra.zip"), actor=SYSTEM)
    assert actions.grant(order.pk, actor=SYSTEM) == 2


def test_money_that_goes_back_shuts_the_links(shop):
    order = pay(buy(shop, {"GUIDE": 2}))
    payment = Payment.objects.get(order=order)
    (file,) = files(order)
    token = file.path.split("/")[2]
    payments.refund(payment.pk, 900, "half", "one", actor=SYSTEM)
    assert files(order)[0].gone is None
    payments.refund(payment.pk, 900, "rest", "two", actor=SYSTEM)
    assert files(order)[0].gone is Gone.REVOKED
    with pytest.raises(DownloadGoneError) as caught:
        actions.fetch(token, client="1.2.3.4")
    assert caught.value.why is Gone.REVOKED
    with pytest.raises(OrderNotPaidError):
        actions.renew(file.id, actor=SYSTEM)
    with pytest.raises(OrderNotPaidError):
        actions.extend(file.id, days=3, actor=SYSTEM)


def test_the_shops_terms_and_a_products_own(shop, noon):
    Market.objects.filter(pk=shop.market.pk).update(download_days=0, download_limit=0)
    file = files(pay(buy(shop, {"GUIDE": 1})))[0]
    assert (file.expires_at, file.left) == (None, None)
    set_terms(shop.variants["GUIDE"].product_id, days=2, downloads=1, actor=SYSTEM)
    file = files(pay(buy(shop, {"GUIDE": 3})))[0]
    assert (file.expires_at, file.left) == (noon + timedelta(days=2), 3)


def test_staff_revoke_renew_and_extend_on_record(shop, noon):
    order = pay(buy(shop, {"GUIDE": 1}))
    (file,) = files(order)
    old = file.path.split("/")[2]
    actions.revoke(file.id, reason="shared", actor=SYSTEM)
    assert (files(order)[0].gone, files(order)[0].path) == (Gone.REVOKED, "")
    clock.set_time(noon + timedelta(days=40))
    actions.renew(file.id, actor=SYSTEM)
    (fresh,) = files(order)
    assert (fresh.gone, fresh.used, fresh.expires_at) == (None, 0, noon + timedelta(days=70))
    assert by_token(old) is None
    clock.set_time(noon + timedelta(days=80))
    assert files(order)[0].gone is Gone.EXPIRED
    actions.extend(file.id, days=5, downloads=2, actor=SYSTEM)
    (longer,) = files(order)
    assert (longer.path, longer.left, longer.expires_at) == (fresh.path, 7, noon + timedelta(days=85))
    verbs = list(AuditEntry.objects.filter(verb__startswith="download.").order_by("id").values_list("verb", flat=True))
    assert verbs == ["download.granted", "download.revoked", "download.renewed", "download.extended"]


def test_a_token_is_long_and_kept_as_its_hash(shop):
    (file,) = files(pay(buy(shop, {"GUIDE": 1})))
    token = file.path.split("/")[2]
    assert len(token) == 32
    (row,) = DownloadGrant.objects.values()
    assert token not in str(row)


def test_links_live_through_a_change_of_the_secret_key(shop, settings):
    order = pay(buy(shop, {"GUIDE": 1}))
    path = files(order)[0].path
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-decent-length-for-this-test"
    assert files(order)[0].path == path
    settings.SECRET_KEY_FALLBACKS = []
    # The link in the mail still opens; a page cannot show it any more until staff renew it.
    assert files(order)[0].path == ""
    assert by_token(path.split("/")[2]) is not None


def test_a_sold_file_is_withdrawn_and_never_deleted(shop):
    order = pay(buy(shop, {"GUIDE": 1}))
    file = DigitalFile.objects.get()
    assert remove_file(file.pk, actor=SYSTEM) is False
    token = files(order)[0].path.split("/")[2]
    actions.fetch(token, client="c").opened.close()
    assert files(pay(buy(shop, {"GUIDE": 1}))) == []
    replace_file(file.pk, ContentFile(b"second", "The Guide.pdf"), actor=SYSTEM)
    delivery = actions.fetch(token, client="c")
    with delivery.opened as opened:
        assert (opened.read(), delivery.file.version) == (b"second", 2)


def test_the_database_has_the_last_word_on_the_count(shop):
    pay(buy(shop, {"GUIDE": 1}))
    with pytest.raises(IntegrityError), transaction.atomic():
        DownloadGrant.objects.update(used=6)


def test_a_bundle_that_changed_while_its_order_waits_is_sold_as_it_was_ordered(shop, noon):
    from stoa.catalogue.bundles.actions import set_components
    from stoa.inventory.stock.actions import expire_reservations
    from stoa.operations.orders.actions import confirm_paid

    order = make_order(shop, {"COURSE": 1}, payment_method="sandbox")
    assert order.status == "awaiting_payment"
    assert StockLevel.objects.get(variant=shop.mug).reserved == 2
    set_components(shop.variants["COURSE"].pk, [(shop.book.pk, 1)], actor=SYSTEM)
    clock.set_time(noon + timedelta(hours=2))
    assert expire_reservations() == [f"order:{order.number}"]
    payment = Payment.objects.get(order=order)
    confirm_paid(order.pk, payment_id=payment.pk, actor=SYSTEM)
    Payment.objects.filter(pk=payment.pk).update(status="captured", captured_minor=payment.amount_minor)
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 8
    assert StockLevel.objects.get(variant=shop.book).on_hand == 5
    assert Order.objects.get(pk=order.pk).status == "open"
    assert len(files(order)) == 1
