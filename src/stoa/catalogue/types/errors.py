from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class AttributesInvalidError(DomainError):
    """``facts["errors"]`` says for each code what is wrong with its value."""

    code = "attributes_invalid"
    default_message = _("Some values cannot be used.")


class DefinitionInvalidError(DomainError):
    """``facts["field"]`` is the one that cannot be used."""

    code = "definition_invalid"
    default_message = _("A part of the definition is missing or cannot be used.")


class StillUsedError(DomainError):
    """``facts["products"]`` is how many products use it."""

    code = "still_used"
    default_message = _("Products use this, so it stays.")
