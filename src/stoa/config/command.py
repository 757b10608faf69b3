"""The ``stoa`` command: one module per command, imported only when it is the one that is asked for."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from dataclasses import dataclass

from stoa import __version__


@dataclass(frozen=True, slots=True)
class Command:
    """``module`` (in ``stoa.config.commands``) has ``add_arguments(parser)`` and ``run(arguments) -> int``."""

    module: str
    help: str
    needs_django: bool = True


COMMANDS: dict[str, Command] = {
    "demo": Command("demo", "build a believable shop with a year of history, and serve it"),
    "serve": Command("serve", "serve the shop and run its jobs", needs_django=False),
    "worker": Command("worker", "run jobs, deliver events, keep the hours (serve starts one by itself)"),
    "migrate": Command("migrate", "bring the database up to date"),
    "doctor": Command("doctor", "list settings and versions, and what is missing for production", needs_django=False),
    "import": Command("imports", "bring products and orders in from files"),
    "export": Command("exports", "write products or orders to a file"),
    "report": Command("reports", "print orders, stock or sales"),
    "shop": Command("shop", "found the shop: its currency, country and name"),
    "staff": Command("staff", "add people who may log in to the back office"),
    "stock": Command("stock", "set the stock of a SKU, with a reason"),
    "search": Command("search", "look at the search index, or make it anew"),
    "simulate": Command("simulate", "let simulated shoppers act on the shop"),
    "verify-books": Command("books", "check that stock, orders, payments and mails agree"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Exit codes: 0 done, 1 refused or failed, 2 not understood."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in {"-h", "--help", "help"}:
        print(_overview())  # noqa: T201
        return 0 if given else 2
    if given[0] in {"-V", "--version", "version"}:
        print(f"stoa {__version__}")  # noqa: T201
        return 0
    command = COMMANDS.get(given[0])
    if command is None:
        print(f"stoa: there is no command {given[0]!r}\n\n{_overview()}", file=sys.stderr)  # noqa: T201
        return 2
    return _run(given[0], command, given[1:])


def _overview() -> str:
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{command.help}" for name, command in COMMANDS.items() if _exists(command)]
    return "\n".join(["usage: stoa COMMAND [options]     (stoa COMMAND --help says more)", "", *lines])


def _exists(command: Command) -> bool:
    return importlib.util.find_spec(f"stoa.config.commands.{command.module}") is not None


def _run(name: str, command: Command, given: list[str]) -> int:
    module = importlib.import_module(f"stoa.config.commands.{command.module}")
    parser = argparse.ArgumentParser(prog=f"stoa {name}", description=command.help)
    module.add_arguments(parser)
    arguments = parser.parse_args(given)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.config.settings")
    try:
        _set_up_logs()
        if command.needs_django:
            _set_up()
        return int(module.run(arguments) or 0)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _fail(name, error)


def _set_up() -> None:
    import django

    django.setup()


def _set_up_logs() -> None:
    from stoa.config.environment import Environment
    from stoa.config.logs import configure

    configure(Environment().log_format)


def _fail(name: str, error: Exception) -> int:
    """Refusals in one sentence; anything else with its traceback."""
    if _lacks_tables(error):
        print(f"stoa {name}: the database is not up to date. Run: stoa migrate", file=sys.stderr)  # noqa: T201
        return 1
    if not _is_refusal(error):
        raise error
    print(f"stoa {name}: {error}", file=sys.stderr)  # noqa: T201
    return 1


def _is_refusal(error: Exception) -> bool:
    from stoa.config.environment import SettingError
    from stoa.kernel.errors import DomainError

    return isinstance(error, DomainError | SettingError)


def _lacks_tables(error: Exception) -> bool:
    """Whether a database that nobody has migrated explains the error."""
    from django.db import DatabaseError, OperationalError, ProgrammingError

    if not isinstance(error, OperationalError | ProgrammingError):
        return False
    from stoa.config.preparation import pending_migrations

    try:
        return bool(pending_migrations())
    except DatabaseError:
        return False  # it does not answer at all


if __name__ == "__main__":
    sys.exit(main())
