"""``stoa serve``: the shop, and one worker beside it."""

from __future__ import annotations

import argparse
import sys

HELP = "serve the shop and run its jobs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-worker", action="store_true", help="jobs are run elsewhere (stoa worker)")


def run(arguments: argparse.Namespace) -> int:
    """Prepare, print the addresses, serve until SIGTERM or SIGINT."""
    import django

    from stoa.config.environment import Environment
    from stoa.config.processes import Supervisor, in_child

    # First the child: what this process imports may read the manifest of static files, which the child has yet to write.
    if not in_child(_prepare):
        return 1
    django.setup()
    from stoa.config.server import serve
    from stoa.config.warm import application, warm_up

    warm_up()
    environment = Environment()
    worker = Supervisor([sys.executable, "-m", "stoa.config.command", "worker", "--with-parent"])
    base_url = environment.base_url

    def announce() -> None:
        print(f"\n  Shop         {base_url}/\n  Back office  {base_url}/admin/\n", flush=True)
        if not arguments.no_worker:
            worker.start()

    try:
        serve(
            application,
            host=environment["STOA_HOST"],
            port=int(environment["STOA_PORT"]),
            processes=int(environment["STOA_WEB_WORKERS"]),
            announce=announce,
        )
    finally:
        worker.stop()
    return 0


def _prepare() -> None:
    import django

    from stoa.config.environment import SettingError

    try:
        django.setup()
        from stoa.catalogue.search.following import prepare as prepare_search
        from stoa.config.first_shop import ensure_shop
        from stoa.config.preparation import prepare

        prepare()
        ensure_shop()
        prepare_search()
    except SettingError as error:
        print(f"stoa serve: {error}", file=sys.stderr)
        sys.exit(1)
