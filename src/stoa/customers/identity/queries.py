"""Reads about people. What belongs to a customer is reached only through functions that take the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from stoa.customers.identity.models import Address, Customer
from stoa.customers.identity.rules import email_key, one_line
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stoa.customers.identity.models import User

# The largest id that fits a database's bigint: a longer one from an address bar is "not found", never an error.
LARGEST_ID = 2**63 - 1


def customer_of_user(user: User | AnonymousUser | None) -> Customer | None:
    """The customer behind a log-in; None for nobody, and for staff who never bought."""
    if user is None or not user.is_authenticated:
        return None
    return Customer.objects.filter(user_id=user.pk).first()


def customer_by_id(customer_id: int) -> Customer:
    """Raises NotFoundError."""
    if not 0 < customer_id <= LARGEST_ID:
        raise NotFoundError
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise NotFoundError
    return customer


def customer_by_email(email: str) -> Customer | None:
    return Customer.objects.filter(email_key=email_key(email)).first()


def addresses_of(customer: Customer) -> QuerySet[Address]:
    """The address book, the default entry first."""
    return Address.objects.filter(customer_id=customer.pk).order_by("-is_default", "id")


def address_of(customer: Customer, address_id: int) -> Address:
    """One entry of this customer's book. Raises NotFoundError for anybody else's, as for one that does not exist."""
    if not 0 < address_id <= LARGEST_ID:
        raise NotFoundError
    address = Address.objects.filter(customer_id=customer.pk, pk=address_id).first()
    if address is None:
        raise NotFoundError
    return address


def find_customers(text: str) -> QuerySet[Customer]:
    """Customers whose name, e-mail, phone or reference contains ``text``; all of them for an empty one. Newest first."""
    found = Customer.objects.order_by("-created_at", "-id")
    words = one_line(text)[:200]
    if not words:
        return found
    return found.filter(
        Q(name__icontains=words)
        | Q(email__icontains=words)
        | Q(email_key__contains=email_key(words))
        | Q(phone__icontains=words)
        | Q(external_ref__icontains=words)
    )
