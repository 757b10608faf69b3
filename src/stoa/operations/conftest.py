from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stoa.operations.testing import Shop


@pytest.fixture
def shop(db: None) -> Shop:
    """See ``stoa.operations.testing``."""
    from stoa.operations.testing import make_shop  # models need the apps, which a conftest is loaded before

    return make_shop()
