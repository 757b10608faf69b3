"""Menus as values: a tree of at most three levels, and the steps of its editor.

A node is a dict: ``{"id", "kind", "target", "label", "address", "children"}``. ``id`` is a short text, unique in its menu. ``kind``
is one of ``KINDS``; ``target`` the number of a category, page or product; ``address`` that of a "link". Steps return a
new tree and never change the one given; a step that cannot be done returns an equal one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

Node = dict[str, Any]
Tree = list[Node]

# A "branch" is a category with those below it, as the category tree has them.
KINDS = ("branch", "category", "page", "product", "link", "heading")
WITH_TARGET = ("branch", "category", "page", "product")
LEVELS = 3
MOST = 150
LONGEST_LABEL = 80
LONGEST_ADDRESS = 500
SCHEMES = ("http", "https", "mailto", "tel")


def is_address(text: str) -> bool:
    """Whether ``text`` may be the target of a link: a path of the shop, a fragment, or http(s), mailto, tel."""
    if not text or len(text) > LONGEST_ADDRESS or text != text.strip() or any(ord(c) < 33 or c == "\\" for c in text):
        return False
    if text.startswith("//"):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    if not parts.scheme:
        return text.startswith(("/", "#", "?"))
    if parts.scheme in ("http", "https"):
        return bool(host) and "@" not in parts.netloc
    return parts.scheme in SCHEMES and bool(parts.path)


def walk(tree: Tree, depth: int = 1) -> Iterator[tuple[Node, int]]:
    """Every node with its level, 1 at the top, in the order in which it is read."""
    for node in tree:
        yield node, depth
        yield from walk(node["children"], depth + 1)


def problem_of(tree: object) -> str:
    """Why ``tree`` is no menu: "shape", "kind", "depth", "many", "label", "address", "twice"; blank where it is one."""
    if not isinstance(tree, list):
        return "shape"
    seen: set[str] = set()
    stack = [(node, 1) for node in tree]
    while stack:
        node, depth = stack.pop()
        found = _problem_of_node(node, depth)
        if found:
            return found
        if node["id"] in seen:
            return "twice"
        seen.add(node["id"])
        if len(seen) > MOST:
            return "many"
        stack += [(child, depth + 1) for child in node["children"]]
    return ""


def _problem_of_node(node: object, depth: int) -> str:
    if not isinstance(node, dict) or set(node) != {"id", "kind", "target", "label", "address", "children"}:
        return "shape"
    if not (isinstance(node["id"], str) and 0 < len(node["id"]) <= 40 and isinstance(node["children"], list)):
        return "shape"
    if node["kind"] not in KINDS:
        return "kind"
    if depth > LEVELS:
        return "depth"
    if not isinstance(node["label"], str) or not isinstance(node["address"], str) or len(node["label"]) > LONGEST_LABEL:
        return "label"
    if node["kind"] in WITH_TARGET:
        is_number = isinstance(node["target"], int) and not isinstance(node["target"], bool)
        return "" if is_number and 0 < node["target"] < 2**63 and not node["address"] else "shape"
    if node["target"] is not None:
        return "shape"
    if not node["label"].strip():
        return "label"
    if node["kind"] == "link":
        return "" if is_address(node["address"]) else "address"
    return "" if not node["address"] else "shape"


def node(id: str, kind: str, *, target: int | None = None, label: str = "", address: str = "") -> Node:
    return {"id": id, "kind": kind, "target": target, "label": label, "address": address, "children": []}


def height(node: Node) -> int:
    """How many levels it takes, 1 for one without children."""
    return 1 + max((height(child) for child in node["children"]), default=0)


def find(tree: Tree, id: str) -> tuple[Tree, int, list[Node]] | None:
    """The list in which ``id`` stands, its place there, and the nodes above it from the top."""
    return _find(tree, id, [])


def _find(siblings: Tree, id: str, above: list[Node]) -> tuple[Tree, int, list[Node]] | None:
    for place, each in enumerate(siblings):
        if each["id"] == id:
            return siblings, place, above
        if found := _find(each["children"], id, [*above, each]):
            return found
    return None


def added(tree: Tree, new: Node, inside: str = "") -> Tree:
    """``new`` last inside ``inside``, or last at the top."""
    changed = deepcopy(tree)
    found = find(changed, inside) if inside else None
    if found is not None and len(found[2]) + 1 + height(new) <= LEVELS:
        found[0][found[1]]["children"].append(deepcopy(new))
    else:
        changed.append(deepcopy(new))
    return changed


def removed(tree: Tree, id: str) -> Tree:
    """Without ``id``; what stood inside it takes its place."""
    changed = deepcopy(tree)
    if found := find(changed, id):
        siblings, place, _above = found
        siblings[place : place + 1] = siblings[place]["children"]
    return changed


def replaced(tree: Tree, id: str, **values: Any) -> Tree:
    """``id`` with other values; its children stay."""
    changed = deepcopy(tree)
    if found := find(changed, id):
        found[0][found[1]].update(values)
    return changed


def moved_up(tree: Tree, id: str) -> Tree:
    changed = deepcopy(tree)
    if (found := find(changed, id)) and found[1] > 0:
        siblings, place, _above = found
        siblings[place - 1], siblings[place] = siblings[place], siblings[place - 1]
    return changed


def moved_down(tree: Tree, id: str) -> Tree:
    changed = deepcopy(tree)
    if (found := find(changed, id)) and found[1] + 1 < len(found[0]):
        siblings, place, _above = found
        siblings[place + 1], siblings[place] = siblings[place], siblings[place + 1]
    return changed


def indented(tree: Tree, id: str) -> Tree:
    """Last inside the one above it."""
    changed = deepcopy(tree)
    if (found := find(changed, id)) and can_indent(tree, id):
        siblings, place, _above = found
        moving = siblings.pop(place)
        siblings[place - 1]["children"].append(moving)
    return changed


def outdented(tree: Tree, id: str) -> Tree:
    """Just behind the one that it stood in."""
    changed = deepcopy(tree)
    if (found := find(changed, id)) and found[2]:
        siblings, place, above = found
        moving = siblings.pop(place)
        outer = find(changed, above[-1]["id"])
        assert outer is not None  # noqa: S101 - it was found a moment ago
        outer[0].insert(outer[1] + 1, moving)
    return changed


def can_indent(tree: Tree, id: str) -> bool:
    found = find(tree, id)
    return found is not None and found[1] > 0 and len(found[2]) + 1 + height(found[0][found[1]]) <= LEVELS


STEPS: dict[str, Callable[[Tree, str], Tree]] = {
    "up": moved_up, "down": moved_down, "indent": indented, "outdent": outdented, "remove": removed,
}  # fmt: skip


def rearranged(tree: Tree, order: Sequence[tuple[str, int]]) -> Tree | None:
    """The same nodes in another order, from (id, level) pairs as dragging leaves them; None where these do not fit.

    Every node must be there exactly once; a level may be at most one deeper than that of the node before.
    """
    nodes = {each["id"]: {**each, "children": []} for each, _depth in walk(tree)}
    if len(order) != len(nodes) or {id for id, _level in order} != set(nodes):
        return None
    path: list[Node] = []
    made: Tree = []
    for id, level in order:
        if not 1 <= level <= min(LEVELS, len(path) + 1):
            return None
        del path[level - 1 :]
        (path[-1]["children"] if path else made).append(nodes[id])
        path.append(nodes[id])
    return made


def targets(tree: Tree, kind: str) -> list[int]:
    """The numbers of all targets of one kind, in their order, each once."""
    return list(dict.fromkeys(each["target"] for each, _depth in walk(tree) if each["kind"] == kind))
