from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class SearchRedirectInvalidError(DomainError):
    """``facts["fields"]`` maps a field's name to what is wrong with it."""

    code = "search_redirect_invalid"
    default_message = _("A query needs a word, and a page of the shop or a web address to lead to.")


class SourcingNoteInvalidError(DomainError):
    code = "sourcing_note_invalid"
    default_message = _("A note needs to say what is looked for.")
