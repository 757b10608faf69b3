from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError, InvalidTransitionError


class BulkEditInvalidError(DomainError):
    """``facts["field"]`` is the option that cannot be used."""

    code = "bulk_edit_invalid"
    default_message = _("This change cannot be made.")


class BulkEditStateError(InvalidTransitionError):
    code = "bulk_edit_state"
    default_message = _("This bulk edit is not at that point. Load the page again.")  # type: ignore[assignment]
