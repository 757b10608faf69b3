"""Parts of bundles, files of products and downloads of orders, on their screens."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.backoffice.testing import client_of
from stoa.catalogue.bundles.queries import components
from stoa.catalogue.files.queries import files_of, terms
from stoa.catalogue.models import DigitalFile, Market, Product
from stoa.kernel.actors import SYSTEM
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.downloads.tests.conftest import shop
from stoa.operations.models import MailMessage
from stoa.operations.payments.applying import capture_by_hand
from stoa.operations.payments.models import Payment
from stoa.operations.testing import make_order, make_variant

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(shop):
    return client_of("manager")


def test_a_bundle_is_put_together_by_sku(shop, manager):
    box = make_variant(shop.market, "BOX", 4000)
    url = f"/admin/products/{box.product_id}/parts/"
    page = manager.get(url, {"q": "mu"}).content.decode()
    assert "The MUG" in page
    assert "no parts: cannot be bought" in page
    # What is a bundle itself is not offered.
    assert "The COURSE" not in manager.get(url, {"q": "course"}).content.decode()
    assert manager.post(f"{url}{box.pk}/add/", {"component": shop.mug.pk, "quantity": 3}).status_code == 302
    assert manager.post(f"{url}{box.pk}/add/", {"component": shop.book.pk, "quantity": 1}).status_code == 302
    assert components([box.pk]) == {box.pk: [(shop.mug.pk, 3), (shop.book.pk, 1)]}
    assert Product.objects.get(pk=box.product_id).kind == "bundle"
    page = manager.get(url).content.decode()
    assert "3 bundles can be sold" in page
    assert "The MUG (MUG) runs out first." in page
    assert "€56.00" in page
    manager.post(f"{url}{box.pk}/", {f"part-{shop.mug.pk}": "0", f"part-{shop.book.pk}": "2"})
    assert components([box.pk]) == {box.pk: [(shop.book.pk, 2)]}


def test_a_bundle_in_a_bundle_and_stock_of_its_own_are_refused_in_words(shop, manager):
    course, mug = shop.variants["COURSE"], shop.mug
    refused = manager.post(
        f"/admin/products/{mug.product_id}/parts/{mug.pk}/add/", {"component": course.pk, "quantity": 1}, follow=True
    )
    assert "A bundle cannot hold itself, or another bundle." in refused.content.decode()
    box = make_variant(shop.market, "BOX", 4000, in_stock=2)
    refused = manager.post(
        f"/admin/products/{box.product_id}/parts/{box.pk}/add/", {"component": mug.pk, "quantity": 1}, follow=True
    )
    assert "A bundle has no stock of its own" in refused.content.decode()
    assert components([mug.pk, box.pk]) == {}


@pytest.mark.usefixtures("unhurried")
def test_many_parts_take_as_many_queries_as_few(shop, manager):
    from stoa.catalogue.bundles.actions import set_components

    course = shop.variants["COURSE"]

    def queries():
        manager.get(f"/admin/products/{course.product_id}/parts/")
        with CaptureQueriesContext(connection) as seen:
            manager.get(f"/admin/products/{course.product_id}/parts/")
        return len(seen)

    few = queries()
    more = [make_variant(shop.market, f"M{number}", 100, in_stock=3) for number in range(12)]
    set_components(course.pk, [(variant.pk, 1) for variant in [shop.mug, *more]], actor=SYSTEM)
    assert queries() <= few


def test_files_are_uploaded_replaced_and_removed(shop, manager):
    book = shop.book
    url = f"/admin/products/{book.product_id}/files/"
    sent = {"upload": SimpleUploadedFile("../../etc/pass wd.pdf", b"one"), "name": ""}
    assert manager.post(url, sent).status_code == 302
    (file,) = files_of(book.product_id)
    assert (file.name, file.size, file.version) == ("pass wd.pdf", 3, 1)
    assert manager.post(f"{url}{file.id}/replace/", {"upload": SimpleUploadedFile("b.pdf", b"four")}).status_code == 302
    (file,) = files_of(book.product_id)
    assert (file.name, file.size, file.version) == ("b.pdf", 4, 2)
    empty = manager.post(url, {"upload": SimpleUploadedFile("a.pdf", b"")})
    assert empty.status_code == 422
    manager.post(f"{url}terms/", {"days": "3", "downloads": ""})
    own = terms([book.product_id], Market.objects.get())[book.product_id]
    assert (own.days, own.downloads) == (3, 5)
    # Of another product: not here.
    other = DigitalFile.objects.exclude(product_id=book.product_id).get()
    assert manager.post(f"{url}{other.pk}/remove/").status_code == 404
    manager.post(f"{url}{file.id}/remove/")
    assert files_of(book.product_id) == []
    assert not DigitalFile.objects.filter(pk=file.id).exists()


def test_a_huge_file_is_refused(shop, manager, settings):
    settings.STOA_FILE_MAX_MB = 0
    url = f"/admin/products/{shop.book.product_id}/files/"
    refused = manager.post(url, {"upload": SimpleUploadedFile("a.pdf", b"too much")})
    assert refused.status_code == 422
    assert "A file may have at most 0 MB." in refused.content.decode()


def test_downloads_of_an_order_are_mailed_extended_renewed_and_revoked(shop, manager):
    order = make_order(shop, {"GUIDE": 1, "COURSE": 2})
    url = f"/admin/orders/{order.pk}/"
    assert "Links are made when the order is paid." in manager.get(url).content.decode()
    assert "payment" in manager.post(f"{url}files/grant/", follow=True).content.decode()
    assert not DownloadGrant.objects.exists()
    capture_by_hand(Payment.objects.get(order=order), order.total_minor, actor=SYSTEM)
    page = manager.get(url).content.decode()
    assert "0 of 5 downloads" in page
    # What is packed for the two bundles.
    assert "4 × The MUG" in page
    grant = DownloadGrant.objects.order_by("id").first()
    manager.post(f"{url}files/{grant.pk}/extend/", {"days": "0", "downloads": "2"})
    assert "0 of 7 downloads" in manager.get(url).content.decode()
    manager.post(f"{url}files/{grant.pk}/revoke/")
    assert "revoked" in manager.get(url).content.decode()
    manager.post(f"{url}files/{grant.pk}/renew/")
    fresh = DownloadGrant.objects.get(pk=grant.pk)
    assert (fresh.revoked_at, fresh.limit) == (None, 5)
    assert fresh.token_hash != grant.token_hash
    manager.post(f"{url}files/mail/")
    assert MailMessage.objects.filter(kind="order_files", order=order).count() == 1
    other = make_order(shop, {"MUG": 1})
    assert manager.post(f"/admin/orders/{other.pk}/files/{grant.pk}/revoke/").status_code == 404
