from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class MappingError(DomainError):
    code = "mapping"
    default_message = _("The column map cannot be used.")


class UnreadableFileError(DomainError):
    code = "unreadable_file"
    default_message = _("The file cannot be read.")


class LostRaceError(DomainError):
    """Nothing of the batch in hand was written; what the other process wrote stands."""

    code = "lost_race"
    default_message = _("Another process imports the same file and was quicker; this one has stopped.")
