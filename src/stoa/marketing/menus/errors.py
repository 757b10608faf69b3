from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class MenuInvalidError(DomainError):
    """``facts["problem"]`` is what ``rules.problem_of`` found."""

    code = "menu_invalid"
    default_message = _("This cannot stand in a menu.")


class MenuChangedError(DomainError):
    code = "menu_changed"
    default_message = _("Somebody has changed this menu in the meantime. Here it is as it stands now.")


MESSAGES = {
    "many": _("A menu has at most 150 entries."),
    "depth": _("A menu has at most three levels."),
    "label": _("Give it a name of at most 80 characters."),
    "address": _("Write a path of the shop (/c/lamps/) or a whole address (https://…)."),
}
