"""Public writes of types, attributes and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from stoa.catalogue.blocks.actions import begin_with_template
from stoa.catalogue.events import AttributesChanged
from stoa.catalogue.products.models import Product, Variant
from stoa.catalogue.types.data import ChoiceData, TypeChange
from stoa.catalogue.types.defining import (
    add_choice,
    define_attribute,
    define_type,
    delete_attribute,
    delete_choice,
    delete_type,
    merge_choices,
)
from stoa.catalogue.types.definitions import AttributeView, attribute_views
from stoa.catalogue.types.errors import AttributesInvalidError
from stoa.catalogue.types.models import AttributeValue, ProductType, TypeAttribute
from stoa.catalogue.types.queries import type_change
from stoa.catalogue.types.shown import typed_values
from stoa.catalogue.types.values import Stored, ValueRefusedError, is_blank, read, unknown_choices
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.prepared import Prepared, Slot, insert_all

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.kernel.actors import Actor

__all__ = [
    "ChoiceData", "add_choice", "define_attribute", "define_type", "delete_attribute", "delete_choice", "delete_type",
    "merge_choices", "set_attributes", "set_type",
]  # fmt: skip

_LOCKED = Prepared(
    lambda: Product.objects.select_for_update(of=("self",)).only("pk", "type").filter(pk=Slot("id")).order_by()
)


@transaction.atomic
def set_attributes(
    product_id: int,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    variant_id: int | None = None,
    add_choices: bool = False,
) -> list[str]:
    """Write values by attribute code; None, ``""`` and an empty list take a value away. Other codes stay as they are.

    Numbers may be typed with a unit (``"12.5 cm"``), choices by code or label, several of them as a list.
    ``add_choices`` makes choices that are not there yet. With ``variant_id`` the values are that variant's own.
    Returns the codes that changed; only those are audited and announced.

    All or nothing. Raises AttributesInvalidError (``facts["errors"]`` by code) and NotFoundError.
    """
    product = _locked(product_id)
    if variant_id is not None and not Variant.objects.filter(pk=variant_id, product_id=product_id).exists():
        raise NotFoundError
    known = attribute_views()
    if add_choices and _add_choices(_by_code(known), values, actor):
        known = attribute_views()
    wanted = _read(product, _by_code(known), values)
    owner = product_id if variant_id is None else variant_id
    variants = None if variant_id is None else [variant_id]
    present = _present(product_id, variant_id, wanted)
    before = typed_values([product_id], variant_ids=variants, known=known).get(owner, {}) if present else {}
    changed = _write(product_id, variant_id, wanted, present)
    if not changed:
        return []
    after = typed_values([product_id], variant_ids=variants, known=known).get(owner, {})
    record(
        actor, "product.attributes_changed", "product", product_id, variant=variant_id,
        before={code: before.get(code) for code in changed}, after={code: after.get(code) for code in changed},
    )  # fmt: skip
    _tell(product_id)
    return changed


@transaction.atomic
def set_type(product_id: int, type_id: int | None, *, actor: Actor) -> TypeChange:
    """Give a product a type (None: none). Values that the new type does not show are kept; what is returned names them.

    Raises NotFoundError.
    """
    product = _locked(product_id)
    kind = ProductType.objects.filter(pk=type_id).first() if type_id is not None else None
    if type_id is not None and kind is None:
        raise NotFoundError
    if product.type_id == type_id:
        return TypeChange()
    change = type_change(product_id, type_id)
    before = ProductType.objects.filter(pk=product.type_id).values_list("code", flat=True).first()
    Product.objects.filter(pk=product_id).update(type=kind)
    record(
        actor, "product.type_changed", "product", product_id, before=before, after=kind.code if kind else None,
        hidden=list(change.hidden),
    )  # fmt: skip
    _tell(product_id)
    begin_with_template(product_id, actor=actor)
    return change


def _read(
    product: Product, known: Mapping[str, AttributeView], values: Mapping[str, Any]
) -> dict[AttributeView, list[Stored]]:
    allowed = (
        set(TypeAttribute.objects.filter(type_id=product.type_id).values_list("attribute__code", flat=True))
        if product.type_id is not None
        else set(known)
    )
    wanted: dict[AttributeView, list[Stored]] = {}
    errors: dict[str, str] = {}
    for code, value in values.items():
        view = known.get(code)
        if view is None:
            errors[code] = _("There is no such attribute.")
        elif is_blank(value):
            wanted[view] = []
        elif code not in allowed:
            errors[code] = _("The product's type does not have this attribute.")
        else:
            try:
                wanted[view] = read(view, value)
            except ValueRefusedError as refusal:
                errors[code] = str(refusal)
    if errors:
        names = ", ".join(f"{known[code].name if code in known else code}: {why}" for code, why in errors.items())
        raise AttributesInvalidError(names, errors=errors)
    return wanted


def _by_code(known: Mapping[int, AttributeView]) -> dict[str, AttributeView]:
    return {view.code: view for view in known.values()}


def _rows(product_id: int, variant_id: int | None, views: Iterable[AttributeView]) -> QuerySet[AttributeValue]:
    rows = AttributeValue.objects.filter(product_id=product_id, attribute_id__in=[view.id for view in views])
    return rows.filter(variant=None) if variant_id is None else rows.filter(variant_id=variant_id)


def _present(product_id: int, variant_id: int | None, wanted: Iterable[AttributeView]) -> dict[int, list[Stored]]:
    """What there is of those attributes, by the attribute's id."""
    rows = _rows(product_id, variant_id, wanted)
    present: dict[int, list[Stored]] = {}
    for attribute_id, text, number, flag, choice_id in rows.values_list(
        "attribute_id", "text", "number", "flag", "choice_id"
    ):
        present.setdefault(attribute_id, []).append(Stored(text, number, flag, choice_id))
    return present


def _write(
    product_id: int,
    variant_id: int | None,
    wanted: Mapping[AttributeView, Sequence[Stored]],
    present: Mapping[int, Sequence[Stored]],
) -> list[str]:
    changed = {view: news for view, news in wanted.items() if set(present.get(view.id, ())) != set(news)}
    if stale := [view for view in changed if view.id in present]:
        _rows(product_id, variant_id, stale).delete()
    insert_all(
        AttributeValue(
            product_id=product_id, variant_id=variant_id, attribute_id=view.id, text=said.text, number=said.number,
            flag=said.flag, choice_id=said.choice_id,
        )
        for view, news in changed.items()
        for said in news
    )  # fmt: skip
    return [view.code for view in changed]


def _add_choices(known: Mapping[str, AttributeView], values: Mapping[str, Any], actor: Actor) -> bool:
    has_added = False
    for code, value in values.items():
        view = known.get(code)
        if view is not None and view.kind == "choice" and not is_blank(value):
            for label in unknown_choices(view, value):
                add_choice(view.id, ChoiceData(label), actor=actor)
                has_added = True
    return has_added


def _locked(product_id: int) -> Product:
    product: Product | None = _LOCKED.first(id=product_id)
    if product is None:
        raise NotFoundError
    return product


def _tell(product_id: int) -> None:
    announce(AttributesChanged(product_id))
    purge("catalogue", f"product:{product_id}")
