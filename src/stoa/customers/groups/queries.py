from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from stoa.customers.groups.models import CustomerGroup
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

LARGEST_ID = 2**63 - 1


def groups() -> QuerySet[CustomerGroup]:
    """All groups by name, with ``count`` of their customers."""
    return CustomerGroup.objects.annotate(count=Count("customers")).order_by("name", "pk")


def group_by_id(group_id: int) -> CustomerGroup:
    """Raises NotFoundError."""
    found = groups().filter(pk=group_id).first() if 0 < group_id <= LARGEST_ID else None
    if found is None:
        raise NotFoundError
    return found


def is_in_a_group(customer_id: int) -> bool:
    return CustomerGroup.objects.filter(customers__pk=customer_id).exists()


def groups_of(customer_ids: Collection[int]) -> dict[int, int]:
    """Customer -> group; those of none are left out."""
    rows = CustomerGroup.objects.filter(customers__pk__in=customer_ids)
    return dict(rows.values_list("customers__pk", "pk"))


def group_id_of(customer_id: int) -> int | None:
    return CustomerGroup.objects.filter(customers__pk=customer_id).values_list("pk", flat=True).first()
