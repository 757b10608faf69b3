from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class ThemeUnreadableError(DomainError):
    """``facts["failures"]`` are the pairs that are too faint."""

    code = "theme_unreadable"
    default_message = _("Some texts could not be read on their ground. Nothing has been saved.")


class FontInvalidError(DomainError):
    code = "font_invalid"
    default_message = _("This is no WOFF2 typeface.")


class FontInUseError(DomainError):
    code = "font_in_use"
    default_message = _("A look uses this typeface. Choose another there first.")
