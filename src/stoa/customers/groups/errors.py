from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class GroupNameError(DomainError):
    code = "group_name"
    default_message = _("Give the group a name that no other group has.")
