"""Factories for tests: a log-in for every role."""

from __future__ import annotations

from django.test import Client

from stoa.backoffice.roles import ROLES, sync_roles
from stoa.customers.identity.actions import create_staff
from stoa.customers.models import User
from stoa.kernel.actors import SYSTEM

PASSWORD = "a long enough password"  # noqa: S105 - of tests


def make_staff(role: str) -> User:
    """The one member of a role, made on the first call: ``owner@staff.example``."""
    known = User.objects.filter(email=f"{role}@staff.example").first()
    if known is not None:
        return known
    sync_roles()
    return create_staff(f"{role}@staff.example", PASSWORD, role, actor=SYSTEM, name=f"{role.title()} Person")


def client_of(role: str) -> Client:
    """A browser in which the member of ``role`` is logged in. CSRF is checked elsewhere."""
    client = Client()
    client.force_login(make_staff(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


ROLE_CODES = tuple(role.code for role in ROLES)
