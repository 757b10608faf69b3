from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class SynonymInvalidError(DomainError):
    """``facts["field"]`` is the one that cannot be used."""

    code = "synonym_invalid"
    default_message = _("A synonym needs a word and at least one other word for it, of at most 100 characters each.")


class CurationInvalidError(DomainError):
    code = "curation_invalid"
    default_message = _("Say for which query, of at most 100 characters, and which products.")
