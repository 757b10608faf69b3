"""``stoa staff add EMAIL --role owner``: the first log-in of the back office, and further ones."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from stoa.kernel.actors import Actor

HELP = "add people who may log in to the back office"
ACTOR = Actor("staff", "command", "stoa staff")
PASSWORD = "STOA_STAFF_PASSWORD"  # noqa: S105 - the name of a variable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    adding = verbs.add_parser("add", help=f"a new log-in; asks for the password, or takes it from {PASSWORD}")
    adding.add_argument("email")
    roles = "owner, manager, fulfilment, support or analyst (default: %(default)s)"
    adding.add_argument("--role", default="owner", help=roles)
    adding.add_argument("--name", default="", help="as colleagues and customers read it")


def run(arguments: argparse.Namespace) -> int:
    from django.core.exceptions import ValidationError

    from stoa.backoffice.roles import sync_roles
    from stoa.customers.identity.actions import create_staff

    password = _password()
    if password is None:
        print("The two passwords differ.", file=sys.stderr)
        return 1
    sync_roles()
    try:
        user = create_staff(arguments.email, password, arguments.role, actor=ACTOR, name=arguments.name)
    except ValidationError as error:
        print(" ".join(error.messages), file=sys.stderr)
        return 1
    print(f"{user.email} may log in as {arguments.role}")
    return 0


def _password() -> str | None:
    """From the environment, for machines; else asked for twice. Never an argument: those are seen by everybody."""
    if given := os.environ.get(PASSWORD, ""):
        return given
    first = getpass.getpass("Password: ")
    return first if getpass.getpass("Again: ") == first else None
