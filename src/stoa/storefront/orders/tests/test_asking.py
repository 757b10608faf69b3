"""A buyer asks for a fresh download link on the order's page, and staff answer with one click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from stoa.catalogue.files.actions import attach_file, set_terms
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.models import AuditEntry
from stoa.kernel.web import ratelimit
from stoa.operations.downloads import actions
from stoa.operations.downloads.errors import DownloadOpenError
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.downloads.queries import asked
from stoa.operations.models import MailMessage, Order
from stoa.operations.orders.queries import order_path
from stoa.operations.payments.applying import capture_by_hand
from stoa.operations.testing import Shop, make_order, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_counts(settings, tmp_path):
    settings.STOA_HOME = tmp_path
    ratelimit._counters.cache_clear()
    yield
    ratelimit._counters.cache_clear()


@pytest.fixture
def seller() -> Shop:
    return make_shop()


@pytest.fixture
def grant(seller: Shop) -> DownloadGrant:
    goods = seller.mug.product
    attach_file(goods.pk, ContentFile(b"%PDF-1.7", "plan.pdf"), actor=SYSTEM)
    set_terms(goods.pk, days=1, downloads=1, actor=SYSTEM)
    order = make_order(seller)
    capture_by_hand(order.payments.get(), order.total_minor, actor=SYSTEM)
    actions.grant(order.pk, actor=SYSTEM)
    return DownloadGrant.objects.select_related("line__order").get()


def ask(client: Client, grant: DownloadGrant, order: Order | None = None):
    return client.post(f"{order_path(order or grant.line.order)}files/{grant.pk}/ask/")


def run_out(grant: DownloadGrant) -> None:
    DownloadGrant.objects.filter(pk=grant.pk).update(expires_at=clock.now() - timedelta(days=1))


def test_a_link_that_opens_is_not_asked_for(client: Client, grant: DownloadGrant) -> None:
    assert "Ask for a new link" not in client.get(order_path(grant.line.order)).content.decode()
    assert ask(client, grant).status_code == 409
    with pytest.raises(DownloadOpenError):
        actions.ask(grant.line.order_id, grant.pk, actor=SYSTEM)
    assert not asked().exists()


def test_one_question_waits_and_the_answer_goes_by_mail(client: Client, grant: DownloadGrant) -> None:
    run_out(grant)
    page = client.get(order_path(grant.line.order)).content.decode()
    assert f'action="{order_path(grant.line.order)}files/{grant.pk}/ask/"' in page
    assert ask(client, grant).status_code == 303
    assert ask(client, grant).status_code == 303
    assert "You asked for a new link" in client.get(order_path(grant.line.order)).content.decode()
    assert AuditEntry.objects.filter(verb="download.asked").count() == 1
    assert [row.pk for row in asked()] == [grant.pk]
    before, mails = grant.token_hash, MailMessage.objects.count()
    actions.renew(grant.pk, actor=SYSTEM)
    actions.send_links(grant.line.order_id, actor=SYSTEM)
    grant.refresh_from_db()
    assert (grant.asked_at, grant.token_hash == before) == (None, False)
    assert MailMessage.objects.count() == mails + 1
    assert "Ask for a new link" not in client.get(order_path(grant.line.order)).content.decode()


def test_nobody_asks_for_what_is_not_theirs(client: Client, seller: Shop, grant: DownloadGrant) -> None:
    run_out(grant)
    other = make_order(seller)
    assert ask(client, grant, other).status_code == 404
    assert client.post(f"/order/{grant.line.order.number}/wrong/files/{grant.pk}/ask/").status_code == 404
    assert not asked().exists()


def test_a_closed_link_is_not_asked_for(client: Client, grant: DownloadGrant) -> None:
    actions.revoke(grant.pk, actor=SYSTEM, reason="refunded")
    assert ask(client, grant).status_code == 409
    assert not asked().exists()
