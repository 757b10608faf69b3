"""Writes about those who work here, beyond their first day (``actions.create_staff``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from stoa.customers.identity.errors import LastOneError, UnknownRoleError
from stoa.customers.identity.models import User
from stoa.customers.identity.rules import one_line
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


@transaction.atomic
def update_staff(
    user_id: int,
    *,
    actor: Actor,
    role: str,
    is_active: bool,
    first_name: str = "",
    last_name: str = "",
    password: str = "",
) -> User:
    """Change a staff member's name, role (the name of its one group), access, and password where one is given.

    Raises NotFoundError, UnknownRoleError, LastOneError (somebody active must keep the role that runs the house: that of the
    member changed here, where nobody else has it and it may manage staff), and Django's ValidationError for a weak password.
    """
    user = User.objects.select_for_update().filter(pk=user_id, is_staff=True).first()
    if user is None:
        raise NotFoundError
    group = Group.objects.filter(name=role).first()
    if group is None:
        raise UnknownRoleError(role=role)
    before = list(user.groups.order_by("name").values_list("name", flat=True))
    if before != [role] or not is_active:
        _keep_one_manager_of_staff(user, group, is_active)
    user.first_name, user.last_name = one_line(first_name)[:150], one_line(last_name)[:150]
    user.is_active = is_active
    if password:
        validate_password(password, user)
        user.set_password(password)
    user.save()
    user.groups.set([group])
    record(actor, "staff.changed", "user", user.pk, role=role, was=before, is_active=is_active, password=bool(password))
    return user


def _keep_one_manager_of_staff(user: User, group: Group, is_active: bool) -> None:
    """The rows of all who may manage staff are locked in the order of their keys, so that two cannot step down at once."""
    managing = {"content_type__app_label": "customers", "codename": "change_user"}
    if is_active and group.permissions.filter(**managing).exists():
        return
    holders = User.objects.filter(is_active=True, groups__permissions__codename="change_user")
    locked = User.objects.select_for_update().filter(pk__in=holders.values("pk")).order_by("pk")
    ids = [holder.pk for holder in locked]
    if (
        user.pk in ids
        and len(ids) == 1
        and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists()
    ):
        raise LastOneError
