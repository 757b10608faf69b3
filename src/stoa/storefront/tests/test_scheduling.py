"""What was scheduled in the editor happens, without anybody pressing a button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from stoa.catalogue.models import Product
from stoa.catalogue.testing import make_product
from stoa.kernel.jobs import periodic
from stoa.storefront.content.scheduling import publish_scheduled

pytestmark = pytest.mark.django_db


def test_a_product_goes_live_when_its_time_has_come():
    product = make_product("Autumn bowl", publish=False)
    product.go_live_at = timezone.localtime() - timedelta(minutes=1)
    product.save_revision(clean=False, approved_go_live_at=product.go_live_at)
    assert not Product.objects.get(pk=product.pk).live
    publish_scheduled()
    assert Product.objects.get(pk=product.pk).live


def test_a_product_stays_a_draft_until_then():
    product = make_product("Winter bowl", publish=False)
    product.go_live_at = timezone.localtime() + timedelta(hours=1)
    product.save_revision(clean=False, approved_go_live_at=product.go_live_at)
    publish_scheduled()
    assert not Product.objects.get(pk=product.pk).live


def test_the_worker_looks_every_minute():
    assert "storefront.publish_scheduled" in {one.name for one in periodic.registered()}
