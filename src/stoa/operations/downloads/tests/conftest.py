from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from stoa.catalogue.bundles.actions import set_components
from stoa.catalogue.files.actions import attach_file
from stoa.catalogue.models import Product
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.operations.testing import make_shop, make_variant

BYTES = bytes(range(256)) * 40


@pytest.fixture
def shop(db, settings, tmp_path):
    """The usual shop, and GUIDE: a file of 10,240 bytes for 9.00; COURSE: guide and mug for 18.00."""
    stored = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "private": stored}
    made = make_shop()
    guide = make_variant(made.market, "GUIDE", 900, is_stock_tracked=False, cost_minor=100)
    Product.objects.filter(pk=guide.product_id).update(kind="digital")
    attach_file(guide.product_id, ContentFile(BYTES, "The Guide.pdf"), actor=SYSTEM)
    course = make_variant(made.market, "COURSE", 1800, is_stock_tracked=False)
    set_components(course.pk, [(guide.pk, 1), (made.mug.pk, 2)], actor=SYSTEM)
    made.variants |= {"GUIDE": guide, "COURSE": course}
    return made


@pytest.fixture
def noon(db):
    from datetime import UTC, datetime

    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    clock.set_time(at)
    return at
