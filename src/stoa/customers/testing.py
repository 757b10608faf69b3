"""Customers for tests, of this room and of those above."""

from __future__ import annotations

import itertools

from stoa.customers.identity.actions import customer_for_order, link_user
from stoa.customers.identity.models import Customer, User

_numbers = itertools.count(1)


def make_customer(email: str = "", *, name: str = "Ada Example", phone: str = "") -> Customer:
    """A guest."""
    return customer_for_order(email or f"guest{next(_numbers)}@example.org", name, phone)


PASSWORD = "correct horse battery"  # noqa: S105


def make_user(email: str = "", password: str = PASSWORD, *, is_staff: bool = False) -> User:
    """A log-in without a customer."""
    return User.objects.create_user(email or f"user{next(_numbers)}@example.org", password, is_staff=is_staff)


def make_member(email: str = "", password: str = PASSWORD) -> Customer:
    """A customer with a log-in (``customer.user``)."""
    user = make_user(email, password)
    return link_user(user, user.email)
