from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class CategoryInvalidError(DomainError):
    """``facts["field"]`` is the one that cannot be used."""

    code = "category_invalid"
    default_message = _("A category needs a name of at most 120 characters.")


class CategoryNotEmptyError(DomainError):
    code = "category_not_empty"
    default_message = _("Move or delete the categories inside first.")


class CategoryCycleError(DomainError):
    code = "category_cycle"
    default_message = _("A category cannot be moved into itself.")
