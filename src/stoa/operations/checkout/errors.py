"""Why a checkout was refused. None of them has charged anybody or moved stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from stoa.kernel.errors import DomainError


class EmptyCartError(DomainError):
    code = "cart_empty"
    default_message = _("Your cart is empty.")


class PriceChangedError(DomainError):
    """The goods no longer cost what the buyer was shown."""

    code = "price_changed"
    default_message = _("A price has changed since you opened this page. Please look at the new total.")

    def __init__(self, seen_minor: int, actual_minor: int) -> None:
        self.seen_minor, self.actual_minor = seen_minor, actual_minor
        super().__init__(None, seen_minor=seen_minor, actual_minor=actual_minor)


class DeliveryUnavailableError(DomainError):
    code = "delivery_unavailable"
    default_message = _("Please choose one of the ways of delivery to your country.")


class PaymentMethodUnavailableError(DomainError):
    code = "payment_method_unavailable"
    default_message = _("Please choose one of the payment methods.")


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line that cannot be had as it stands in the cart."""

    variant_id: int
    title: str
    wanted: int
    available: int


class OutOfStockError(DomainError):
    """Somebody was faster: ``lines`` says what is missing and what can still be had."""

    code = "out_of_stock"

    def __init__(self, lines: Sequence[ShortLine]) -> None:
        self.lines = tuple(lines)
        super().__init__(
            " ".join(_shortage_text(line) for line in self.lines),
            lines=[{"variant_id": line.variant_id, "available": line.available} for line in self.lines],
        )


def _shortage_text(line: ShortLine) -> str:
    if line.available <= 0:
        return str(_("%(title)s is sold out.")) % {"title": line.title}
    text = ngettext("Only %(count)d of %(title)s is left.", "Only %(count)d of %(title)s are left.", line.available)
    return text % {"count": line.available, "title": line.title}


class NotForSaleError(DomainError):
    """Lines of the cart are no longer sold at all; they must be removed before it can be ordered."""

    code = "not_for_sale"

    def __init__(self, titles: Sequence[str], variant_ids: Sequence[int]) -> None:
        self.titles, self.variant_ids = tuple(titles), tuple(variant_ids)
        text = _("No longer for sale: %(titles)s. Please remove it from your cart.")
        super().__init__(str(text) % {"titles": ", ".join(titles)}, variant_ids=list(variant_ids))


class FieldErrors(DomainError):  # noqa: N818 - it is several
    """Fields that need another look: ``errors`` maps the field's name to a message."""

    code = "invalid_fields"

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()), fields=self.errors)
