from __future__ import annotations

import pytest
from django.test import Client

from stoa.backoffice.testing import client_of
from stoa.operations.testing import Shop, make_shop


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


@pytest.fixture
def owner(shop: Shop) -> Client:
    return client_of("owner")
