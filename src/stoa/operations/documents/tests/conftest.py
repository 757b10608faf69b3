from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stoa.operations.testing import Shop


@pytest.fixture
def seller(db: None) -> Shop:
    """A shop that says who it is, as an invoice must."""
    from stoa.operations.testing import make_shop  # models need the apps, which a conftest is loaded before

    return make_shop(legal_name="Test GmbH", address="Hauptstrasse 1\n10115 Berlin", vat_id="DE123456789")
