from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class ProductInvalidError(DomainError):
    """``facts["field"]`` is the one that cannot be used."""

    code = "product_invalid"
    default_message = _("A part of the product is missing or cannot be used.")


class SkuTakenError(DomainError):
    code = "sku_taken"
    default_message = _("Another variant has this SKU.")


class VariantTwiceError(DomainError):
    code = "variant_twice"
    default_message = _("The product already has a variant with these options.")


class OptionMismatchError(DomainError):
    code = "option_mismatch"
    default_message = _("A variant has one value for each option of its product.")
