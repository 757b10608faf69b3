"""From the product page to the file, through the shop's own pages; and what the link does not do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from stoa.catalogue.models import DigitalFile
from stoa.kernel.actors import SYSTEM
from stoa.kernel.models import AuditEntry
from stoa.kernel.web import ratelimit
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.downloads.queries import downloads_of_orders
from stoa.operations.downloads.tests.conftest import BYTES, noon, shop
from stoa.operations.models import MailMessage, Order
from stoa.operations.notifications.order_facts import order_facts
from stoa.operations.orders.queries import order_path
from stoa.operations.payments.applying import capture_by_hand
from stoa.operations.payments.models import Payment
from stoa.operations.testing import BUYER, make_order

__all__ = ["noon", "shop"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_counts(settings, tmp_path):
    settings.STOA_HOME = tmp_path
    ratelimit._counters.cache_clear()
    yield
    ratelimit._counters.cache_clear()


def paid(shop, goods=None):
    order = make_order(shop, goods or {"GUIDE": 1})
    capture_by_hand(Payment.objects.get(order=order), order.total_minor, actor=SYSTEM)
    order.refresh_from_db()
    return order


def link(order):
    return downloads_of_orders([order.pk])[order.pk][0].path


def used():
    return DownloadGrant.objects.values_list("used", flat=True).get()


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_bought_without_an_address_and_downloaded(shop, client):
    page = client.get("/p/the-guide/")
    assert b"The Guide.pdf" in page.content
    assert b"10.0" in page.content
    assert b"Ready to download" in page.content
    variant = shop.variants["GUIDE"].pk
    assert client.post("/cart/add/", {"variant": variant, "quantity": 1}).status_code in (302, 303)
    form = client.get("/checkout/").content.decode()
    assert 'name="delivery"' not in form
    assert "Delivery address" not in form
    assert 'value="bank_transfer"' in form
    assert 'value="cash_on_delivery"' not in form
    fields = {"email": BUYER.email, "name": BUYER.name, "country": "DE", "payment": "bank_transfer"}
    response = client.post("/checkout/", fields)
    assert response.status_code == 303
    order = Order.objects.get()
    seen = client.get(response.url).content.decode()
    assert "/download/" not in seen
    assert "as soon as your payment has arrived" in seen
    assert not MailMessage.objects.filter(html__contains="/download/").exists()
    capture_by_hand(Payment.objects.get(order=order), order.total_minor, actor=SYSTEM)
    seen = client.get(response.url).content.decode()
    assert link(order) in seen
    assert "5 downloads left" in seen
    assert "Handed over" in seen
    answer = client.get(link(order))
    assert (answer.status_code, body(answer)) == (200, BYTES)
    headers = {
        name: answer.headers[name] for name in ("Content-Type", "Content-Length", "Cache-Control", "Accept-Ranges")
    }
    assert headers == {
        "Content-Type": "application/pdf", "Content-Length": "10240", "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
    }  # fmt: skip
    assert answer.headers["Content-Disposition"] == 'attachment; filename="The Guide.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert used() == 1
    assert AuditEntry.objects.filter(verb="download.started", subject_id=order.number).count() == 1


def test_the_mail_has_the_links_once_the_money_is_there(shop):
    order = make_order(shop, {"GUIDE": 1})
    assert order_facts(order).files == []
    order = paid(shop)
    (file,) = order_facts(order).files
    assert file.url == "http://testserver" + link(order)
    from stoa.operations.notifications.composing import compose

    mail = compose("order_paid", {}, order=order)
    assert file.url in mail.html
    assert file.url in mail.text
    assert "Your files are ready" in mail.text
    assert "Delivery" not in mail.text
    assert file.url in compose("order_files", {}, order=order).text


def test_looking_counts_nothing_and_a_resumed_download_counts_once(shop, client):
    path = link(paid(shop))
    head = client.head(path)
    assert (head.status_code, head.headers["Content-Length"], used()) == (200, "10240", 0)
    first = client.get(path, headers={"Range": "bytes=0-99"})
    assert (first.status_code, body(first), used()) == (206, BYTES[:100], 1)
    rest = client.get(path, headers={"Range": "bytes=100-", "If-Range": first.headers["ETag"]})
    assert (rest.status_code, body(rest), used()) == (206, BYTES[100:], 1)
    assert rest.headers["Content-Range"] == "bytes 100-10239/10240"
    # Somebody else's "rest" is a download of its own.
    other = client.get(path, headers={"Range": "bytes=100-"}, REMOTE_ADDR="203.0.113.9")
    assert (other.status_code, body(other), used()) == (206, BYTES[100:], 2)
    changed = client.get(path, headers={"Range": "bytes=100-", "If-Range": '"old"'})
    assert (changed.status_code, body(changed)) == (200, BYTES)
    assert client.get(path, headers={"Range": "bytes=20000-"}).status_code == 416


def test_used_up_expired_and_unknown_links_help_on(shop, client, noon):
    from datetime import timedelta

    from stoa.kernel import clock

    path = link(paid(shop))
    for _ in range(5):
        assert body(client.get(path)) == BYTES
    gone = client.get(path)
    assert gone.status_code == 410
    assert b"All downloads are used up" in gone.content
    assert b"mailto:" in gone.content
    assert used() == 5
    fresh = link(paid(shop))
    clock.set_time(noon + timedelta(days=31))
    gone = client.get(fresh)
    assert gone.status_code == 410
    assert b"This link has run out" in gone.content
    unknown = client.get("/download/" + "A" * 32 + "/")
    assert unknown.status_code == 404
    assert b"There is no file at this address" in unknown.content


@pytest.mark.parametrize("token", ["../../etc/passwd", "%2e%2e%2f", "x" * 500, "%00", "é"])
def test_what_is_no_token_finds_nothing(shop, client, token):
    assert client.get(f"/download/{token}/").status_code in (400, 404)


def test_guessing_is_slowed_down(shop, client):
    found = {client.get(f"/download/{number:032d}/").status_code for number in range(20)}
    assert found == {404}
    assert client.get(f"/download/{99:032d}/").status_code == 429


def test_a_deleted_file_is_said_and_not_counted(shop, client):
    from django.core.files.storage import storages

    path = link(paid(shop))
    storages["private"].delete(DigitalFile.objects.get().path)
    gone = client.get(path)
    assert gone.status_code == 503
    assert b"was not counted" in gone.content
    assert used() == 0


def test_ten_at_once_get_five(shop):
    path = link(paid(shop))
    barrier = threading.Barrier(10)

    def fetch(_number):
        try:
            barrier.wait(timeout=60)
            response = Client().get(path)
            return response.status_code, body(response) == BYTES
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        results = sorted(pool.map(fetch, range(10)))
    assert results == [(200, True)] * 5 + [(410, False)] * 5
    assert used() == 5


def test_the_account_lists_a_customers_own_files(shop, client, django_user_model):
    from stoa.customers.identity.actions import link_user

    order = paid(shop)
    ada = django_user_model.objects.create_user(email="eve@example.com", password="long enough to be one")
    assert client.get("/account/downloads/").status_code == 302
    client.force_login(ada)
    assert b"There are none yet" in client.get("/account/downloads/").content
    Order.objects.filter(pk=order.pk).update(customer=link_user(ada, ada.email))
    page = client.get("/account/downloads/")
    assert link(order).encode() in page.content
    assert "no-store" in page.headers["Cache-Control"]


def test_a_bundle_page_names_its_parts_and_what_they_save(shop, client):
    page = client.get("/p/the-course/").content.decode()
    assert "In this bundle" in page
    assert "The MUG" in page
    assert "2 × " in page
    # 9.00 + 2 x 12.00 one by one, 18.00 together.
    assert "33.00" in page
    assert "15.00" in page
    client.post("/cart/add/", {"variant": shop.variants["COURSE"].pk, "quantity": 1})
    assert "2 × The MUG" in client.get("/cart/").content.decode()
    assert "2 × The MUG" in client.get("/checkout/").content.decode()
    order = paid(shop, {"COURSE": 1})
    assert "2 × The MUG" in client.get(order_path(order)).content.decode()


def test_a_part_that_sells_out_takes_its_bundle_off_the_shop(shop, client):
    from stoa.inventory.stock.actions import sell
    from stoa.kernel.actors import GUEST

    assert "Sold out" not in client.get("/p/the-course/").content.decode()
    sell({shop.mug.pk: 9}, market_id=shop.market.pk, document="order:x", actor=GUEST)
    assert "Sold out" in client.get("/p/the-course/").content.decode()
    variant = shop.variants["COURSE"].pk
    refused = client.post("/cart/add/", {"variant": variant, "quantity": 1})
    assert refused.status_code == 409
