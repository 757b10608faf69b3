"""The buyer's documents: from the mail's link and the order page to the file, and nobody else's."""

from __future__ import annotations

import io
import re
from html import unescape

import pikepdf
import pytest
from django.test import Client

from stoa.kernel.actors import SYSTEM
from stoa.kernel.web import ratelimit
from stoa.operations.documents import actions, queries
from stoa.operations.documents.models import Document
from stoa.operations.models import MailMessage, Order
from stoa.operations.orders import actions as orders
from stoa.operations.orders.queries import order_path
from stoa.operations.testing import Shop, make_order, make_shop
from stoa.storefront.orders import documents

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_counts(settings, tmp_path):
    settings.STOA_HOME = tmp_path
    ratelimit._counters.cache_clear()
    yield
    ratelimit._counters.cache_clear()


@pytest.fixture
def seller() -> Shop:
    return make_shop(legal_name="Test GmbH", address="Hauptstrasse 1\n10115 Berlin", vat_id="DE123456789")


def issued(seller: Shop, **wish: object) -> tuple[Order, Document]:
    order = make_order(seller, **wish)
    return order, actions.issue_invoice(order.pk, actor=SYSTEM)


def test_the_mails_link_leads_to_the_file(seller: Shop, client: Client) -> None:
    _order, document = issued(seller)
    mail = MailMessage.objects.get(kind="order_document")
    found = re.search(r"http://testserver(/order/\S+/documents/\d+/)", mail.text)
    assert found is not None
    assert found[1] in unescape(mail.html)
    response = client.get(found[1])
    assert response.status_code == 200
    assert response.content == queries.pdf_of(document)
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert pdf.attachments["factur-x.xml"].get_file().read_bytes().decode() == document.data["xml"]


def test_the_file_is_saved_and_never_shown_or_kept(seller: Shop, client: Client) -> None:
    order, document = issued(seller)
    headers = client.get(queries.link(order, document.pk)).headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == f'attachment; filename="{document.number}.pdf"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_order_page_lists_them_and_nothing_where_there_are_none(seller: Shop, client: Client) -> None:
    order, document = issued(seller)
    page = client.get(order_path(order)).content.decode()
    assert f"Invoice {document.number}" in page
    assert f'href="{queries.link(order, document.pk)}"' in page
    bare = client.get(order_path(make_order(seller))).content.decode()
    assert "Your documents" not in bare


def test_the_account_lists_a_customers_own(seller: Shop, client: Client, django_user_model) -> None:
    from stoa.customers.identity.actions import link_user

    order, document = issued(seller)
    eve = django_user_model.objects.create_user(email="eve@example.com", password="long enough to be one")
    client.force_login(eve)
    assert client.get(f"/account/orders/{order.number}/").status_code == 404
    Order.objects.filter(pk=order.pk).update(customer=link_user(eve, eve.email))
    page = client.get(f"/account/orders/{order.number}/").content.decode()
    assert f'href="{queries.link(order, document.pk)}"' in page


def test_whatever_is_guessed_is_the_same_404(seller: Shop, client: Client) -> None:
    order, document = issued(seller)
    other, others = issued(seller)
    own = queries.link(order, document.pk)
    tries = [
        own.replace(f"/documents/{document.pk}/", f"/documents/{others.pk}/"),
        own.replace(f"/documents/{document.pk}/", "/documents/999999/"),
        own.replace(f"/documents/{document.pk}/", f"/documents/{10**30}/"),
        own.replace(order_path(order), order_path(other)),
        own.replace(order_path(order), f"/order/{order.number}/{'x' * 22}/"),
        own.replace(order_path(order), f"/order/99999/{'x' * 22}/"),
    ]
    answers = [client.get(address) for address in tries]
    assert [answer.status_code for answer in answers] == [404] * len(tries)
    assert all(document.number not in answer.content.decode() for answer in answers)
    assert {answer.headers["Content-Type"] for answer in answers} == {"text/html; charset=utf-8"}
    assert client.get(own).status_code == 200


def test_a_renewed_link_ends_the_old_one(seller: Shop, client: Client) -> None:
    order, document = issued(seller)
    old = queries.link(order, document.pk)
    orders.renew_access(order.pk, actor=SYSTEM)
    assert client.get(old).status_code == 404
    order.refresh_from_db()
    assert client.get(queries.link(order, document.pk)).status_code == 200


def test_only_looking_is_allowed_and_not_for_ever(seller: Shop, client: Client, monkeypatch) -> None:
    order, document = issued(seller)
    address = queries.link(order, document.pk)
    assert client.post(address).status_code == 405
    monkeypatch.setattr(documents, "FETCHES", 2)
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]


def test_a_lost_document_is_never_replaced_by_another(seller: Shop, client: Client, monkeypatch) -> None:
    from stoa.operations.documents import rendering, storing

    order, document = issued(seller)
    storing.keep(document.path, b"%PDF damaged")
    monkeypatch.setattr(rendering, "pdf", lambda data, source: b"%PDF of another version")
    response = client.get(queries.link(order, document.pk))
    assert response.status_code == 503
    assert b"%PDF" not in response.content
