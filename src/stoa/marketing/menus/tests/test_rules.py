"""Menus stay menus, whatever is done to them."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.marketing.menus import rules


def heading(id: str, *children: rules.Node) -> rules.Node:
    return {**rules.node(id, "heading", label=id), "children": list(children)}


def shape(tree: rules.Tree) -> list:
    return [[each["id"], shape(each["children"])] if each["children"] else each["id"] for each in tree]


TREE = [heading("a", heading("b", heading("c"))), heading("d"), heading("e")]


@pytest.mark.parametrize(
    ("step", "id", "after"),
    [
        ("up", "d", ["d", ["a", [["b", ["c"]]]], "e"]),
        ("up", "a", [["a", [["b", ["c"]]]], "d", "e"]),
        ("down", "d", [["a", [["b", ["c"]]]], "e", "d"]),
        ("down", "e", [["a", [["b", ["c"]]]], "d", "e"]),
        ("indent", "d", [["a", [["b", ["c"]], "d"]], "e"]),
        ("indent", "a", [["a", [["b", ["c"]]]], "d", "e"]),
        ("outdent", "c", [["a", ["b", "c"]], "d", "e"]),
        ("outdent", "b", ["a", ["b", ["c"]], "d", "e"]),
        ("outdent", "a", [["a", [["b", ["c"]]]], "d", "e"]),
        ("remove", "b", [["a", ["c"]], "d", "e"]),
        ("remove", "a", [["b", ["c"]], "d", "e"]),
    ],
)
def test_steps(step: str, id: str, after: list) -> None:
    before = deepcopy(TREE)
    assert shape(rules.STEPS[step](TREE, id)) == after
    assert before == TREE


def test_a_step_never_makes_a_fourth_level() -> None:
    tree = [heading("x"), heading("a", heading("b", heading("c")))]
    assert rules.indented(tree, "a") == tree
    assert not rules.can_indent(tree, "a")
    assert shape(rules.added(tree, rules.node("n", "heading", label="n"), inside="c")) == [
        "x",
        ["a", [["b", ["c"]]]],
        "n",
    ]


@st.composite
def trees(draw: st.DrawFn) -> rules.Tree:
    levels = draw(st.lists(st.integers(1, 3), max_size=14))
    made: rules.Tree = []
    for number, level in enumerate(levels):
        siblings = made
        for _ in range(level - 1):
            if not siblings:
                break
            siblings = siblings[-1]["children"]
        siblings.append(rules.node(f"n{number}", "heading", label=f"N {number}"))
    return made


@given(trees(), st.lists(st.tuples(st.sampled_from(sorted(rules.STEPS)), st.integers(0, 15)), max_size=20))
def test_any_steps_leave_a_menu_with_nothing_lost(tree: rules.Tree, steps: list[tuple[str, int]]) -> None:
    assert rules.problem_of(tree) == ""
    ids = {each["id"] for each, _depth in rules.walk(tree)}
    for step, number in steps:
        tree = rules.STEPS[step](tree, f"n{number}")
        if step == "remove":
            ids.discard(f"n{number}")
        assert rules.problem_of(tree) == ""
        assert {each["id"] for each, _depth in rules.walk(tree)} == ids


@given(trees())
def test_dragging_to_where_all_stand_changes_nothing(tree: rules.Tree) -> None:
    order = [(each["id"], depth) for each, depth in rules.walk(tree)]
    assert rules.rearranged(tree, order) == tree


@pytest.mark.parametrize(
    "order",
    [
        [("a", 1)],
        [("a", 1), ("b", 3), ("c", 3), ("d", 1), ("e", 1)],
        [("a", 2), ("b", 1), ("c", 1), ("d", 1), ("e", 1)],
        [("a", 1), ("a", 1), ("b", 1), ("c", 1), ("d", 1)],
        [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 1)],
        [("a", 0), ("b", 1), ("c", 1), ("d", 1), ("e", 1)],
    ],
)
def test_an_order_that_does_not_fit_is_refused(order: list[tuple[str, int]]) -> None:
    assert rules.rearranged(TREE, order) is None


@pytest.mark.parametrize(
    "address", ["/c/lamps/", "/", "#top", "?a=1", "https://example.com/x?y=1", "http://example.com",
     "mailto:a@example.com", "tel:+49301"]
)  # fmt: skip
def test_addresses(address: str) -> None:
    assert rules.is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "", " /c/", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)",
        "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
        "data:text/html,x", "vbscript:x", "https://", "http:///x", "https://user@evil.example",
        "lamps", "/a\nb", "mailto:", "/" * 501,
        "http://[::1", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    assert not rules.is_address(address)


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (rules.node("a", "category", target=3), ""),
        (rules.node("a", "category"), "shape"),
        (rules.node("a", "category", target=2**63), "shape"),
        (rules.node("a", "category", target=True), "shape"),
        (rules.node("a", "link", label="A", address="javascript:x"), "address"),
        (rules.node("a", "link", address="/x/"), "label"),
        (rules.node("a", "heading", label=" "), "label"),
        (rules.node("a", "heading", label="x" * 81), "label"),
        (rules.node("a", "nonsense", label="x"), "kind"),
        (rules.node("", "heading", label="x"), "shape"),
        ({"id": "a"}, "shape"),
        ("a", "shape"),
    ],
)
def test_what_is_no_entry(node: object, problem: str) -> None:
    assert rules.problem_of([node]) == problem


def test_a_menu_has_an_end() -> None:
    many = [rules.node(f"n{number}", "heading", label="x") for number in range(rules.MOST)]
    assert rules.problem_of(many) == ""
    assert rules.problem_of([*many, rules.node("one", "heading", label="x")]) == "many"
    assert rules.problem_of([*many[:2], many[0]]) == "twice"
    assert rules.problem_of([heading("a", heading("b", heading("c", heading("d"))))]) == "depth"
    assert rules.problem_of({}) == "shape"
