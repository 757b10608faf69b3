"""What must be so before the shop opens: folders, tables, static files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from stoa.config.environment import SettingError

STAMP = ".stoa-stamp"


def prepare() -> None:
    """Make what is missing. In production, migrations are the operator's decision: SettingError says so."""
    from django.conf import settings

    make_folders()
    migrate_if_wanted(is_production=settings.STOA_IS_PRODUCTION)
    bring_rights()
    collect_static_if_changed()


def make_folders() -> None:
    """Where uploads and static files go."""
    from django.conf import settings

    for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        Path(folder).mkdir(parents=True, exist_ok=True)


def pending_migrations() -> list[str]:
    """Migrations that the database has not seen, in order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate_if_wanted(*, is_production: bool) -> None:
    """Apply pending migrations where nobody's shop is at stake. Raises SettingError in production."""
    pending = pending_migrations()
    if not pending:
        return
    if is_production:
        raise SettingError(f"{len(pending)} migrations are not applied. Make a backup, then run: stoa migrate")
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def bring_rights() -> None:
    """What the roles of this version may do. A version can change that without any migration."""
    from stoa.backoffice.roles import sync_roles

    sync_roles()


def collect_static_if_changed() -> bool:
    """Gather, name by content and compress the static files, if any of them changed since. Returns whether."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / STAMP
    present = static_fingerprint()
    if stamp.exists() and stamp.read_text() == present:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    stamp.write_text(present)
    return True


def static_fingerprint() -> str:
    """A hash over name, size and time of every static file of every room and library."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
