"""Bring a file of customers in: matched by e-mail, row by row, each piece with its account, so that a crash loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from stoa.customers.groups.actions import assign_group
from stoa.customers.groups.queries import groups
from stoa.customers.identity.actions import import_customer, save_address, update_customer
from stoa.customers.identity.errors import AddressInvalidError
from stoa.customers.identity.queries import addresses_of, customer_by_email, customer_by_id
from stoa.customers.identity.rules import ADDRESS_LIMITS, AddressData, one_line, tidy_address
from stoa.exchange.customers.reading import SourceAddress, SourceCustomer, check_header, customers, remarks
from stoa.exchange.files.actions import (
    IMPORTED,
    REJECTED,
    SKIPPED,
    UNCHANGED,
    UPDATED,
    Account,
    RowOutcome,
    account_of,
    as_it_was,
    finish,
    hold,
    mark_done,
    open_file,
)
from stoa.exchange.files.models import ImportedFile, ImportedThing
from stoa.exchange.files.tables import header_of, rows_of
from stoa.exchange.products.snapshots import difference
from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError

Progress = Callable[[int, int], None]
Witness = Callable[[list[RowOutcome]], None]
PIECE = 100  # customers to a transaction
FIELDS = ("name", "phone", "language", "note", "email")
BROUGHT = "Brought in: "


def import_customers(
    path: Path,
    *,
    actor: Actor,
    is_dry_run: bool = False,
    update: bool = False,
    file: ImportedFile | None = None,
    progress: Progress = lambda rows, total: None,
    witness: Witness = lambda outcomes: None,
) -> Account:
    """Import people. Who is there already (by e-mail) is left alone, or with ``update`` gets what the file knows.

    No passwords, and nobody is signed up for anything. Raises UnreadableFileError.
    """
    header = header_of(path)
    check_header(header, path.name)
    total = sum(1 for _ in rows_of(path))
    people = customers(rows_of(path), header)
    said = remarks(header)
    if is_dry_run:
        return _rehearse(people, Account(total, remarks=said), update, actor, progress, witness)
    if file is None:
        settings = {"update": update}
        file = open_file(
            "customers", path, json.dumps(settings), total, settings=settings, actor=str(actor), is_again=update
        )
    if not file.done:
        ImportedFile.objects.filter(pk=file.pk).update(total_rows=total, remarks=said)
        file.total_rows, file.remarks = total, said
    account = account_of(file)
    for person in islice(people, file.done):
        outcomes = as_it_was(file, [RowOutcome(person.row, IMPORTED)])
        progress(1, total)
        witness(outcomes)
    while piece := list(islice(people, PIECE)):
        with transaction.atomic():
            hold(file)
            found = [_bring(person, file, update, actor) for person in piece]
            outcomes = [outcome for outcome, _ in found]
            mark_done(file, file.done + len(piece), outcomes)
        for _, thing in found:
            if thing:
                account.count_thing(thing)
        account.add(outcomes)
        progress(len(outcomes), total)
        witness(outcomes)
    finish(file)
    return account


def _rehearse(
    people: Iterator[SourceCustomer], account: Account, update: bool, actor: Actor, progress: Progress, witness: Witness
) -> Account:
    """All of it, a piece at a time, and every piece taken back. Two of one address in a file are told by memory."""
    seen: set[str] = set()
    while piece := list(islice(people, PIECE)):
        outcomes = []
        with transaction.atomic():
            file = ImportedFile.objects.create(kind="rehearsal", started_at=clock.now())
            for person in piece:
                outcome, thing = _bring(person, file, update, actor, seen)
                outcomes.append(outcome)
                if thing:
                    account.count_thing(thing)
            transaction.set_rollback(True)
        account.add(outcomes)
        progress(len(outcomes), account.total)
        witness(outcomes)
    return account


def _bring(
    person: SourceCustomer, file: ImportedFile, update: bool, actor: Actor, seen: set[str] | None = None
) -> tuple[RowOutcome, str]:
    """What becomes of a row, and of the customer ("" where nothing did)."""
    label = person.email or person.reference
    if why := person.fault or _problem(person):
        return RowOutcome(person.row, REJECTED, why, label), ""
    there = customer_by_email(person.email)
    came_before = (
        (seen is not None and person.email.casefold() in seen)
        or (there is not None and ImportedThing.objects.filter(file=file, kind="customer", object_id=there.pk).exists())
    )  # fmt: skip
    if seen is not None:
        seen.add(person.email.casefold())
    if came_before:
        return RowOutcome(person.row, REJECTED, "the e-mail address stands further up already", label), ""
    if there is not None and not update:
        return RowOutcome(person.row, SKIPPED, "a customer with this e-mail address is there already", label), ""
    try:
        with transaction.atomic():
            outcome = _write(person, there, file, actor)
    except DomainError as error:
        return RowOutcome(person.row, REJECTED, error.message, label), ""
    reason = "; ".join(person.notes)
    return RowOutcome(person.row, outcome, reason, label if reason else ""), outcome


def _problem(person: SourceCustomer) -> str:
    if not person.email:
        return "no e-mail address"
    try:
        validate_email(person.email)
    except ValidationError:
        return "the e-mail address cannot be one"
    return "the e-mail address is too long" if len(person.email) > 254 else ""


def _write(person: SourceCustomer, there: Any, file: ImportedFile, actor: Actor) -> str:
    is_new = there is None
    reference = f"customer:{person.email.casefold()}"[:120]
    customer = there or import_customer(reference, email=person.email, name=person.name)
    before = {} if is_new else facts_of(customer.pk)
    wanted = {"name": one_line(person.name)[:200], "phone": one_line(person.phone)[:40], "language": person.language}
    wanted["note"] = _note(person, customer.note)
    changes = {field: text for field, text in wanted.items() if text and text != getattr(customer, field)}
    if changes:
        update_customer(customer, actor=actor, **changes)
    _group(person, customer.pk, actor)
    _addresses(person, customer, actor)
    was, became = difference(before, facts_of(customer.pk))
    if not is_new and not became:
        return UNCHANGED
    ImportedThing.objects.create(
        file=file, kind="customer", object_id=customer.pk, name=str(customer)[:220], is_new=is_new,
        before={} if is_new else was, after={} if is_new else became,
    )  # fmt: skip
    return IMPORTED if is_new else UPDATED


def _note(person: SourceCustomer, present: str) -> str:
    """What has no field of its own, on a line below what stands there. Once."""
    parts = [
        ("tags", ", ".join(person.tags)),
        ("groups", ", ".join(person.groups)),
        ("consent to marketing", person.consent),
    ]
    line = "; ".join(f"{name}: {text}" for name, text in parts if text)
    fresh = [text for text in (person.note.strip(), f"{BROUGHT}{line}" if line else "") if text and text not in present]
    kept = [row for row in present.split("\n") if row and not (line and row.startswith(BROUGHT))]
    return "\n".join([*kept, *fresh]) if fresh else present


def _group(person: SourceCustomer, customer_id: int, actor: Actor) -> None:
    """A group of the shop that is called like one of theirs, or like a tag. None is made: a group has prices."""
    names = {group.name.casefold(): group.pk for group in groups()}
    found = next((names[one.casefold()] for one in (*person.groups, *person.tags) if one.casefold() in names), None)
    if found is not None:
        assign_group(customer_id, found, actor=actor)


def _addresses(person: SourceCustomer, customer: Any, actor: Actor) -> None:
    there = {_key(address) for address in addresses_of(customer)}
    for source in person.addresses:
        data = tidy_address(_data(source))
        if _key(data) in there:
            continue
        try:
            save_address(customer, data, actor)
            there.add(_key(data))
        except AddressInvalidError as refusal:
            fields = refusal.facts.get("fields")
            named = ", ".join(fields) if isinstance(fields, dict) else ""
            person.notes.append(f"an address is not brought in ({named})")


def _data(source: SourceAddress) -> AddressData:
    texts = {
        name: one_line(getattr(source, name))[:limit] for name, limit in ADDRESS_LIMITS.items() if name != "country"
    }
    return AddressData(country=source.country, **texts)  # type: ignore[arg-type]


def _key(address: Any) -> tuple[str, ...]:
    return tuple(getattr(address, name) for name in ADDRESS_LIMITS)


def facts_of(customer_id: int) -> dict[str, Any]:
    """What an import may change of a customer, to be compared and put back."""
    customer = customer_by_id(customer_id)
    facts: dict[str, Any] = {field: getattr(customer, field) for field in FIELDS}
    facts["group"] = customer.group_id
    for address in addresses_of(customer):
        facts[f"address:{address.pk}"] = list(_key(address))
    return facts
