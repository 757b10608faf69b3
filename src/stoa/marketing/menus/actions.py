from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stoa.catalogue.categories import queries as categories
from stoa.kernel import clock, ids
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge
from stoa.marketing.menus import rules
from stoa.marketing.menus.errors import MESSAGES, MenuChangedError, MenuInvalidError
from stoa.marketing.menus.models import Menu
from stoa.marketing.menus.queries import PLACES, TAG
from stoa.marketing.menus.rules import Tree

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

STEPS_KEPT = 20


@transaction.atomic
def take_step(market_id: int, place: str, step: str, node_id: str, *, version: int, actor: Actor) -> Menu:
    """Move an entry "up", "down", "indent" or "outdent", or "remove" it, in the draft.

    Raises MenuChangedError where ``version`` is not the present one, NotFoundError for an unknown step or entry.
    """
    move = rules.STEPS.get(step)
    if move is None:
        raise NotFoundError
    return _change(
        market_id, place, version, actor, step, lambda tree: move(tree, _known(tree, node_id)), entry=node_id
    )


@transaction.atomic
def add_item(
    market_id: int, place: str, kind: str, *, version: int, actor: Actor, target: int | None = None, label: str = "",
    address: str = "", inside: str = "",
) -> Menu:  # fmt: skip
    """Put a new entry last, at the top or ``inside`` another. Raises MenuInvalidError, MenuChangedError."""
    new = rules.node(str(ids.new_uuid())[-12:], kind, target=target, label=label.strip(), address=address.strip())
    return _change(
        market_id, place, version, actor, "add", lambda tree: rules.added(tree, new, inside), entry=new["id"]
    )


@transaction.atomic
def change_item(
    market_id: int, place: str, node_id: str, *, version: int, actor: Actor, label: str, **values: Any
) -> Menu:
    """Give an entry another ``label`` ("" for its target's own), ``target`` or ``address``.

    Raises MenuInvalidError, MenuChangedError, NotFoundError.
    """
    if unknown := set(values) - {"target", "address"}:
        raise TypeError(f"an entry has no {', '.join(sorted(unknown))}")
    values["label"] = label.strip()
    return _change(
        market_id, place, version, actor, "change",
        lambda tree: rules.replaced(tree, _known(tree, node_id), **values), entry=node_id,
    )  # fmt: skip


@transaction.atomic
def rearrange(market_id: int, place: str, order: Sequence[tuple[str, int]], *, version: int, actor: Actor) -> Menu:
    """All entries in another order, as (entry, level). Raises MenuInvalidError, MenuChangedError."""

    def change(tree: Tree) -> Tree:
        made = rules.rearranged(tree, order)
        if made is None:
            raise MenuInvalidError(problem="shape")
        return made

    return _change(market_id, place, version, actor, "rearrange", change)


@transaction.atomic
def fill_from_categories(market_id: int, place: str, *, version: int, actor: Actor) -> Menu:
    """Put the top categories, each with those below it, behind what is there."""

    def change(tree: Tree) -> Tree:
        there = set(rules.targets(tree, "branch"))
        for node in categories.tree():
            if node.id not in there:
                tree = rules.added(tree, rules.node(str(ids.new_uuid())[-12:], "branch", target=node.id))
        return tree

    return _change(market_id, place, version, actor, "fill", change)


@transaction.atomic
def undo(market_id: int, place: str, *, actor: Actor) -> Menu:
    """Take back the last step in the draft. Without one nothing happens."""
    menu = _locked(market_id, place)
    if menu.history:
        menu.draft = menu.history[-1]
        menu.history = menu.history[:-1]
        menu.version += 1
        menu.save(update_fields=["draft", "history", "version"])
        record(actor, "menu.undone", "menu", menu.pk, place=place)
    return menu


@transaction.atomic
def discard(market_id: int, place: str, *, actor: Actor) -> Menu:
    """Make the draft what visitors see. It can be undone."""
    menu = _locked(market_id, place)
    if menu.draft != menu.items:
        _remember(menu)
        menu.draft = menu.items
        menu.save(update_fields=["draft", "history", "version"])
        record(actor, "menu.discarded", "menu", menu.pk, place=place)
    return menu


@transaction.atomic
def publish(market_id: int, place: str, *, version: int, actor: Actor) -> Menu:
    """Show visitors the draft. An empty one brings the category tree back. Raises MenuChangedError."""
    menu = _locked(market_id, place)
    if menu.version != version:
        raise MenuChangedError
    before, menu.items = menu.items, menu.draft
    menu.published_at = clock.now()
    menu.save(update_fields=["items", "published_at"])
    record(actor, "menu.published", "menu", menu.pk, place=place, before=before, after=menu.items)
    purge(TAG)
    return menu


@transaction.atomic
def write_menu(market_id: int, place: str, tree: Tree, *, actor: Actor) -> Menu:
    """A whole menu at once, published: for imports and new shops. Raises MenuInvalidError."""
    menu = _locked(market_id, place)
    _check(tree)
    _remember(menu)
    menu.draft = tree
    menu.save(update_fields=["draft", "history", "version"])
    return publish(market_id, place, version=menu.version, actor=actor)


def _locked(market_id: int, place: str) -> Menu:
    if place not in PLACES:
        raise NotFoundError
    menu, _is_new = Menu.objects.select_for_update().get_or_create(market_id=market_id, place=place)
    return menu


def _change(
    market_id: int, place: str, version: int, actor: Actor, verb: str, change: Callable[[Tree], Tree], **facts: Any
) -> Menu:
    menu = _locked(market_id, place)
    if menu.version != version:
        raise MenuChangedError
    changed = change(menu.draft)
    if changed == menu.draft:
        return menu
    _check(changed)
    _remember(menu)
    menu.draft = changed
    menu.save(update_fields=["draft", "history", "version"])
    record(actor, "menu.changed", "menu", menu.pk, place=place, step=verb, **facts)
    return menu


def _remember(menu: Menu) -> None:
    menu.history = [*menu.history, menu.draft][-STEPS_KEPT:]
    menu.version += 1


def _check(tree: Tree) -> None:
    if problem := rules.problem_of(tree):
        raise MenuInvalidError(str(MESSAGES[problem]) if problem in MESSAGES else None, problem=problem)


def _known(tree: Tree, node_id: str) -> str:
    if rules.find(tree, node_id) is None:
        raise NotFoundError
    return node_id
