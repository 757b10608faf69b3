from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class MappingError(DomainError):
    code = "mapping"
    default_message = _("The column map cannot be used.")


class UnreadableFileError(DomainError):
    code = "unreadable_file"
    default_message = _("The file cannot be read.")
