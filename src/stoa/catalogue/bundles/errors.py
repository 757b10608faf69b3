"""Why a bundle cannot be put together like that."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.catalogue.bundles.models import MOST
from stoa.kernel.errors import DomainError


class BundleInBundleError(DomainError):
    """``facts["sku"]``: the part that is a bundle, or the bundle that this variant is a part of."""

    code = "bundle_in_bundle"
    default_message = _("A bundle cannot hold itself, or another bundle.")


class ComponentQuantityError(DomainError):
    code = "component_quantity"
    default_message = _("Each part is in a bundle from 1 to %(count)d times.")

    def __init__(self) -> None:
        super().__init__(str(self.default_message) % {"count": MOST})


class TooManyComponentsError(DomainError):
    code = "too_many_components"
    default_message = _("A bundle has at most %(count)d different parts.")

    def __init__(self, count: int) -> None:
        super().__init__(str(self.default_message) % {"count": count})


class UnknownComponentError(DomainError):
    code = "unknown_component"
    default_message = _("One of the parts does not exist.")
