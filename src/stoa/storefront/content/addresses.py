"""Where a link of the content may lead."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from stoa.marketing.menus.rules import is_address


def check_address(value: str) -> None:
    """Raises ValidationError for what is no address, and for schemes that run something (``javascript:``)."""
    if value and not is_address(value):
        raise ValidationError(_("Write a path of the shop (/c/lamps/) or a whole address (https://…)."))
