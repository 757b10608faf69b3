"""Uses of promotions, counted in the UPDATE itself. The caller's transaction is the order's, and its rows come in the order
of their keys."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q

from stoa.catalogue.promotions.errors import UsedUpError
from stoa.catalogue.promotions.models import Promotion, PromotionCode, PromotionCustomer


@transaction.atomic
def take(promotion_id: int, code_id: int | None, customer_id: int | None) -> None:
    """Count a use. Raises UsedUpError where no use is left, of the promotion, of its code, or for this customer."""
    left = Q(limit_total__isnull=True) | Q(used__lt=F("limit_total"))
    present = Promotion.objects.filter(left, pk=promotion_id, is_active=True, archived_at__isnull=True)
    if not present.update(used=F("used") + 1):
        raise UsedUpError(promotion_id=promotion_id)
    if code_id is not None:
        unused = PromotionCode.objects.filter(Q(limit__isnull=True) | Q(used__lt=F("limit")), pk=code_id)
        if not unused.update(used=F("used") + 1):
            raise UsedUpError(promotion_id=promotion_id)
    limit = Promotion.objects.filter(pk=promotion_id).values_list("limit_per_customer", flat=True).get()
    if limit is None or customer_id is None:
        return
    PromotionCustomer.objects.bulk_create(
        [PromotionCustomer(promotion_id=promotion_id, customer_id=customer_id)], ignore_conflicts=True
    )
    own = PromotionCustomer.objects.filter(promotion_id=promotion_id, customer_id=customer_id)
    if not own.filter(used__lt=limit).update(used=F("used") + 1):
        raise UsedUpError(promotion_id=promotion_id)


@transaction.atomic
def give_back(promotion_id: int, code_id: int | None, customer_id: int | None) -> None:
    """The use of an order that is off. Never below none."""
    Promotion.objects.filter(pk=promotion_id, used__gt=0).update(used=F("used") - 1)
    if code_id is not None:
        PromotionCode.objects.filter(pk=code_id, used__gt=0).update(used=F("used") - 1)
    if customer_id is not None:
        own = PromotionCustomer.objects.filter(promotion_id=promotion_id, customer_id=customer_id, used__gt=0)
        own.update(used=F("used") - 1)


@transaction.atomic
def take_again(promotion_id: int, code_id: int | None, customer_id: int | None) -> bool:
    """The use of an order that stands after all. It was promised: limits are not asked, but a code's own is kept. Returns
    False where the code's use has gone to somebody else meanwhile; then it is not the code's any more."""
    Promotion.objects.filter(pk=promotion_id).update(used=F("used") + 1)
    has_code = True
    if code_id is not None:
        unused = PromotionCode.objects.filter(Q(limit__isnull=True) | Q(used__lt=F("limit")), pk=code_id)
        has_code = bool(unused.update(used=F("used") + 1))
    if customer_id is not None:
        own = PromotionCustomer.objects.filter(promotion_id=promotion_id, customer_id=customer_id)
        own.update(used=F("used") + 1)
    return has_code
