from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class NoteEmptyError(DomainError):
    code = "note_empty"
    default_message = _("Write a note first.")
