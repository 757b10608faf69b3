"""The rules of the house that no other tool holds. Each test names the rule that it stands for."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignObject, Model
from django.template import engines

SOURCE = Path(__file__).resolve().parents[2] / "src" / "stoa"
# From the ground up. A room may use those before it.
STOREYS = (
    "kernel", "customers", "catalogue", "inventory", "operations", "marketing", "analytics", "exchange", "storefront", "backoffice",
    "world", "config",
)  # fmt: skip
ROOMS = ("customers", "catalogue", "inventory", "operations", "marketing", "analytics")
# What one room may ask of another. ``testing`` is for tests; the rest are named verbs and reads with a file of their own.
PUBLIC = {"actions", "queries", "rules", "errors", "events", "states", "testing"}
PUBLIC_BY_NAME = {
    "stoa.catalogue.products.data": "plain values that product actions take",
    "stoa.catalogue.products.saving": "actions on many variants at once, with what they take and raise",
    "stoa.catalogue.types.data": "plain values that actions on types take",
    "stoa.catalogue.types.units": "pure functions on measures",
    "stoa.catalogue.products.cleaning": "the one gate for HTML that people wrote",
    "stoa.catalogue.products.importing": "what an import asks before it writes",
    "stoa.catalogue.products.exporting": "a read of whole products, for files",
    "stoa.catalogue.products.selling": "a read for whole-shop work",
    "stoa.catalogue.products.preview": "where the storefront registers how it shows a draft",
    "stoa.catalogue.search.facts": "where rooms above register what the search asks them",
    "stoa.catalogue.search.following": "the thread that keeps the search index, for processes that run long",
    "stoa.catalogue.videos.forms": "the form of the media library, which its screens show",
    "stoa.catalogue.blocks.fields": "the field of a body whose blocks stay out of migrations, for pages of the storefront too",
    "stoa.catalogue.blocks.samples": "where the storefront registers how blocks are shown",
    "stoa.catalogue.blocks.together": "what is bought together: a read, and where operations registers it",
    "stoa.catalogue.blocks.leading": "a read of where the blocks of goods lead to, and how links stand in them",
    "stoa.catalogue.blocks.choices": "a read of the blocks of a page: which goods they name",
    "stoa.catalogue.completeness.sold": "where operations registers what goods earned",
    "stoa.catalogue.redirects": "old addresses, read and moved",
    "stoa.catalogue.media.imaging": "pure functions on picture bytes",
    "stoa.customers.identity.importing": "a write for whole files of orders",
    "stoa.operations.orders.importing": "a write for whole files of orders",
    "stoa.marketing.addresses.reading": "pure: a file of redirects as rows",
    "stoa.marketing.audit.source": "where the storefront registers how its pages are listed and fetched",
    "stoa.marketing.phone.source": "where the storefront registers how a draft is shown",
    "stoa.catalogue.products.publishing": "where marketing registers who looks at a version before it is published",
    "stoa.operations.orders.sales": "a read for reports",
    "stoa.operations.orders.taxes": "a read for reports",
    "stoa.operations.orders.tax_review": "orders whose tax waits for a look, and the look",
    "stoa.operations.tax.regimes": "pure: which countries are in the EU, and whose tax a sale bears",
    "stoa.operations.tax.regions": "pure: states and provinces by what people write",
    "stoa.operations.tax.vat": "a VAT id, looked at and asked about",
    "stoa.operations.tax.deciding": "how a sale is taxed: reads, and the values they take",
    "stoa.catalogue.markets.hours": "pure functions on opening hours",
    "stoa.operations.orders.worklists": "reads for the people of the office",
    "stoa.operations.checkout.fields": "what a checkout form says, checked",
    "stoa.operations.notifications.composing": "which kinds of mail there are",
    "stoa.operations.payments.providers.registry": "which payment providers are installed",
    "stoa.operations.payments.sandbox.buyer": "plays the buyer at the test provider's page, for simulations",
    "stoa.customers.identity.staff": "writes about staff log-ins",
    "stoa.inventory.stock.places": "writes about locations",
    "stoa.marketing.pages": "where the storefront registers which pages there are",
    "stoa.marketing.preview": "where the storefront registers how it shows a sample",
}


def _modules(root: Path = SOURCE) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if "migrations" not in parts and "tests" not in parts:
            yield ".".join(("stoa", *parts)), ast.parse(path.read_text("utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    """Modules that are imported when the code runs; those for type checkers only do not count."""
    hidden = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_rules_and_states_know_no_framework() -> None:
    offenders = [
        f"{name} imports {used}"
        for name, tree in _modules()
        if name.rsplit(".", 1)[-1] in {"rules", "states"}
        for used in _imports(tree)
        if used.split(".")[0] in {"django", "wagtail", "allauth"}
    ]
    assert offenders == []


def test_no_signals() -> None:
    offenders = [
        f"{name} imports {used}"
        for name, tree in _modules()
        for used in _imports(tree)
        if "signals" in used.split(".") or used.startswith("django.dispatch")
    ]
    assert offenders == []


def test_time_and_chance_come_from_the_kernel() -> None:
    """Rule 8, so that a simulated year and a failing test replay exactly."""
    banned = {"timezone.now", "datetime.now", "datetime.utcnow", "date.today", "uuid.uuid4", "uuid4", "localtime"}
    allowed = {"stoa.kernel.clock", "stoa.kernel.ids"}
    offenders = [
        f"{name}:{node.lineno} {ast.unparse(node.func)}"
        for name, tree in _modules()
        if name not in allowed
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in banned
    ]
    assert offenders == []


def test_a_room_is_used_through_its_public_parts_only() -> None:
    """Rule 2. The back office may read models too, for its lists (see the ADR); it writes through actions."""
    offenders = []
    for name, tree in _modules():
        room = name.split(".")[1]
        for used in _imports(tree):
            parts = used.split(".")
            if parts[0] != "stoa" or len(parts) < 3 or parts[1] not in ROOMS or parts[1] == room:
                continue
            if room == "config" or name.endswith(".testing") or (room == "backoffice" and "models" in parts):
                continue
            module = next((known for known in PUBLIC_BY_NAME if used.startswith(known)), None)
            if module is None and not PUBLIC & set(parts[2:]) and "urls" not in parts and "templatetags" not in parts:
                offenders.append(f"{name} uses {used}")
    assert offenders == []


def test_foreign_keys_point_down() -> None:
    """Rule 4."""
    offenders = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in STOREYS:
            continue
        for field in model._meta.get_fields():
            target = field.related_model if isinstance(field, ForeignObject) else None
            if not isinstance(target, type) or not issubclass(target, Model) or target._meta.app_label not in STOREYS:
                continue
            if STOREYS.index(target._meta.app_label) > STOREYS.index(label):
                offenders.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert offenders == []


@pytest.mark.parametrize("banned", ["numpy", "pandas", "pyarrow", "duckdb", "scipy"])
def test_pages_are_served_without_the_science_stack(banned: str, web_modules: set[str]) -> None:
    """Rule 9."""
    assert banned not in web_modules


@pytest.mark.parametrize("banned", ["typst", "pikepdf"])
def test_what_sets_documents_is_loaded_with_the_first_document(banned: str, web_modules: set[str]) -> None:
    assert "stoa.operations.documents.rendering" in web_modules
    assert banned not in web_modules


@pytest.fixture(scope="module")
def web_modules(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    code = "import sys; from stoa.config.warm import warm_up; warm_up(); print('\\n'.join(sys.modules))"
    environment = {
        **os.environ,
        "STOA_HOME": str(tmp_path_factory.mktemp("home")),
        "DJANGO_SETTINGS_MODULE": "stoa.config.settings",
        "PYTHONPATH": str(SOURCE.parent),
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_every_template_compiles() -> None:
    """Habit 15: a template that nobody rendered yet must not wait for a customer."""
    templates = [
        path.relative_to(folder).as_posix()
        for folder in SOURCE.glob("*/templates")
        for path in folder.rglob("*")
        # The parts of mails (MJML) are put together before they are compiled; previews of every kind test them.
        if path.suffix in {".html", ".txt", ".xml"} and "mail" not in path.parts
    ]
    assert len(templates) > 40
    for name in templates:
        assert engines["django"].get_template(name) is not None
