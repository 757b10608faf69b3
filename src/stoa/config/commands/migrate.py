"""``stoa migrate``: brings the database up to date."""

from __future__ import annotations

import argparse

HELP = "bring the database up to date"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say what is pending; exit code 1 if anything is")


def run(arguments: argparse.Namespace) -> int:
    from django.core.management import call_command

    from stoa.backoffice.roles import sync_roles
    from stoa.config.preparation import pending_migrations

    pending = pending_migrations()
    for name in pending:
        print(name)
    if arguments.check:
        return 1 if pending else 0
    call_command("migrate", interactive=False, verbosity=0)
    sync_roles()
    print(f"{len(pending)} migrations applied" if pending else "The database is up to date")
    return 0
