"""Writes about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from stoa.customers.identity import queries
from stoa.customers.identity.errors import (
    AddressInvalidError,
    EmailInvalidError,
    EmailTakenError,
    UnknownRoleError,
)
from stoa.customers.identity.models import Address, Customer, User
from stoa.customers.identity.rules import (
    ADDRESS_LIMITS,
    AddressData,
    address_problems,
    email_key,
    one_line,
    tidy_address,
)
from stoa.kernel import clock
from stoa.kernel.audit.actions import record

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

__all__ = [
    "create_staff", "customer_for_order", "customer_of_user", "delete_address", "import_customer", "link_user",
    "save_address", "update_customer",
]  # fmt: skip

customer_of_user = queries.customer_of_user
LIMITS = {"name": 200, "phone": 40, "language": 12, "note": 10_000, "email": 254}


@transaction.atomic
def customer_for_order(
    email: str, name: str = "", phone: str = "", *, user: User | None = None, language: str = ""
) -> Customer:
    """The customer to whom an order belongs, made where there is none yet.

    With a log-in it is that log-in's customer, whatever address the order's mail goes to. A guest is known by e-mail.
    Nothing that a registered customer keeps is changed by a stranger who types the same address.
    """
    name, phone = one_line(name)[:200], one_line(phone)[:40]
    if user is not None:
        customer = link_user(user, user.email)
    else:
        customer = _customer_by_email(email, name=name, phone=phone, language=language)
        if customer.user_id is not None:
            return customer
    blanks = {"name": name, "phone": phone, "language": language[:12]}
    changed = [field for field, value in blanks.items() if value and not getattr(customer, field)]
    for field in changed:
        setattr(customer, field, blanks[field])
    if changed:
        customer.save(update_fields=changed)
    return customer


@transaction.atomic
def link_user(user: User, verified_email: str) -> Customer:
    """Give a log-in its customer: the guest of that e-mail where one bought before, else a new one.

    ``verified_email`` must have been proved to be the user's: whoever holds it sees what the guest ordered.
    A log-in that has a customer keeps it, and its address follows where nobody else has it.
    """
    key = email_key(verified_email)
    mine = Customer.objects.filter(user_id=user.pk).first()
    if mine is not None:
        if mine.email_key != key and not Customer.objects.filter(email_key=key).exists():
            mine.email, mine.email_key = verified_email.strip(), key
            mine.save(update_fields=["email", "email_key"])
        return mine
    if Customer.objects.filter(email_key=key, user__isnull=True).update(user_id=user.pk):
        return Customer.objects.get(user_id=user.pk)
    is_taken = Customer.objects.filter(email_key=key).exists()
    customer, _ = Customer.objects.get_or_create(
        user=user,
        defaults={
            "email": verified_email.strip(),
            "email_key": None if is_taken else key,
            "name": user.get_full_name(),
            "created_at": clock.now(),
        },
    )
    return customer


@transaction.atomic
def import_customer(external_ref: str, *, email: str = "", name: str = "") -> Customer:
    """The customer whom another system calls ``external_ref`` ("online_retail:17850"); made on the first call."""
    defaults = {"email": email.strip(), "name": one_line(name)[:200], "created_at": clock.now()}
    if email and not Customer.objects.filter(email_key=email_key(email)).exists():
        defaults["email_key"] = email_key(email)
    customer, _ = Customer.objects.get_or_create(external_ref=external_ref, defaults=defaults)
    return customer


@transaction.atomic
def update_customer(customer: Customer, *, actor: Actor, **changes: str) -> Customer:
    """Change ``name``, ``phone``, ``language``, ``note`` or ``email``. Raises EmailInvalidError, EmailTakenError."""
    if unknown := set(changes) - set(LIMITS):
        raise TypeError(f"a customer has no {', '.join(sorted(unknown))}")
    before = {field: getattr(customer, field) for field in changes}
    for field, value in changes.items():
        text = value.replace("\x00", "") if field == "note" else one_line(value)
        setattr(customer, field, text[: LIMITS[field]])
    fields = list(changes)
    if "email" in changes:
        customer.email_key = email_key(_checked_email(customer.email)) if customer.email else None
        fields.append("email_key")
    try:
        with transaction.atomic():
            customer.save(update_fields=fields)
    except IntegrityError as error:
        raise EmailTakenError from error
    changed = sorted(field for field in changes if before[field] != getattr(customer, field))
    if changed:
        # Names of fields, not their contents: the trail outlives a person's right to be forgotten.
        record(actor, "customer.changed", "customer", customer.pk, fields=changed)
    return customer


@transaction.atomic
def save_address(customer: Customer, data: AddressData, actor: Actor) -> Address:
    """Add an entry to the customer's book, or change the one with ``data.id``. The first entry is the default.

    Raises AddressInvalidError with the fields, NotFoundError where ``data.id`` is not this customer's.
    """
    data = tidy_address(data)
    if problems := address_problems(data):
        raise AddressInvalidError(fields=problems)
    if data.id is None:
        address = Address(customer=customer, created_at=clock.now())
        is_default = data.is_default or not Address.objects.filter(customer=customer).exists()
    else:
        address = queries.address_of(customer, data.id)
        is_default = data.is_default or address.is_default
    for field in ADDRESS_LIMITS:
        setattr(address, field, getattr(data, field))
    if is_default:
        Address.objects.filter(customer=customer, is_default=True).exclude(pk=address.pk).update(is_default=False)
    address.is_default = is_default
    address.save()
    record(actor, "address.saved", "customer", customer.pk, address=address.pk)
    return address


@transaction.atomic
def delete_address(customer: Customer, address_id: int, actor: Actor) -> None:
    """Raises NotFoundError where it is not this customer's. The oldest of the others becomes the default."""
    address = queries.address_of(customer, address_id)
    was_default = address.is_default
    address.delete()
    if was_default and (heir := Address.objects.filter(customer=customer).order_by("id").first()):
        heir.is_default = True
        heir.save(update_fields=["is_default"])
    record(actor, "address.deleted", "customer", customer.pk, address=address_id)


@transaction.atomic
def create_staff(
    email: str, password: str, role: str, *, actor: Actor, name: str = "", is_superuser: bool = False
) -> User:
    """A log-in for the back office with one role (the name of its group). The address counts as verified.

    Raises EmailInvalidError, EmailTakenError, UnknownRoleError, and Django's ValidationError for a weak password.
    """
    email = _checked_email(email).lower()
    group = Group.objects.filter(name=role).first()
    if group is None:
        raise UnknownRoleError(role=role)
    first_name, _, last_name = one_line(name).partition(" ")
    user = User(email=email, first_name=first_name[:150], last_name=last_name[:150])
    validate_password(password, user)
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTakenError
    user = User.objects.create_user(
        email, password, first_name=user.first_name, last_name=user.last_name, is_staff=True, is_superuser=is_superuser
    )
    user.groups.add(group)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    record(actor, "staff.created", "user", user.pk, role=role)
    return user


def _customer_by_email(email: str, *, name: str, phone: str, language: str) -> Customer:
    key = email_key(_checked_email(email))
    customer, _ = Customer.objects.get_or_create(
        email_key=key,
        defaults={
            "email": email.strip(),
            "name": name,
            "phone": phone,
            "language": language[:12],
            "created_at": clock.now(),
        },
    )
    return customer


def _checked_email(email: str) -> str:
    """Trimmed. Raises EmailInvalidError."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise EmailInvalidError from error
    if len(email) > 254:
        raise EmailInvalidError
    return email
