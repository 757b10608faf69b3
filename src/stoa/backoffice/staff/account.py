"""What staff may change about themselves: name, password, language, looks."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.account import AccountView, AvatarSettingsPanel


class OwnAccountView(AccountView):
    """Wagtail's screen without the picture, which it would keep as it came. (The address: settings, WAGTAIL_EMAIL_...)"""

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if not isinstance(panel, AvatarSettingsPanel)]
