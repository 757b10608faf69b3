"""Writes of what there is to say about goods. Used through ``types.actions``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stoa.catalogue.products.models import Product
from stoa.catalogue.products.rules import free_slug, one_line, slugify
from stoa.catalogue.types.data import ChoiceData
from stoa.catalogue.types.errors import DefinitionInvalidError, StillUsedError
from stoa.catalogue.types.models import Attribute, AttributeChoice, AttributeValue, ProductType, TypeAttribute
from stoa.catalogue.types.units import MOST_DECIMALS, UNITS, unit_of
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

CODE_LENGTH = 60
MOST_CHOICES = 1000
# More pages than this are let go of all together.
MOST_PURGED = 2000
_CODE = re.compile(r"[a-z0-9_-]{1,60}", re.ASCII)
_SWATCH = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_TEXTS = {"name": 80, "help_text": 200}
_FLAGS = frozenset({"is_multiple", "is_facet", "is_in_specification", "is_comparable"})


@transaction.atomic
def define_attribute(
    code: str,
    *,
    actor: Actor,
    name: str | None = None,
    kind: str | None = None,
    unit: str | None = None,
    decimals: int | None = None,
    choices: Sequence[ChoiceData | str] | None = None,
    **more: Any,
) -> Attribute:
    """Make the attribute ``code``, or change it: what is None stays. An empty ``code`` is made of the name.

    ``more``: is_multiple, is_facet, is_in_specification, is_comparable, help_text. ``choices`` are all choices in their
    order: new ones are made, those that are missing go. A kind changes only while nothing has a value of it, a unit
    only within its dimension (values keep what they measure).

    Raises DefinitionInvalidError, StillUsedError.
    """
    code = _code(code)
    attribute = Attribute.objects.select_for_update().filter(code=code).first() if code else None
    is_new = attribute is None
    if attribute is None:
        attribute = Attribute(code=_new_code(Attribute, code, name or ""))
    before = None if is_new else Attribute.objects.get(pk=attribute.pk)
    texts = {"name": name, "help_text": more.pop("help_text", None)}
    _set_texts(attribute, {field: text for field, text in texts.items() if text is not None})
    if unknown := set(more) - _FLAGS:
        raise TypeError(f"an attribute has no {', '.join(sorted(unknown))}")
    for field, value in more.items():
        setattr(attribute, field, bool(value))
    attribute.kind = attribute.kind if kind is None else kind
    attribute.unit = attribute.unit if unit is None else unit_of(unit)
    attribute.decimals = attribute.decimals if decimals is None else decimals
    _check(attribute, before)
    attribute.save()
    if choices is not None:
        _set_choices(attribute, choices)
    record(
        actor, "attribute.created" if is_new else "attribute.changed", "attribute", attribute.pk, code=attribute.code
    )
    if not is_new:
        _purge_of(Q(attribute_values__attribute=attribute))
    return attribute


@transaction.atomic
def delete_attribute(attribute_id: int, *, actor: Actor) -> None:
    """Delete an attribute that no product has a value of; types lose it. Raises StillUsedError, NotFoundError."""
    attribute = _get(Attribute, attribute_id)
    _refuse_used(AttributeValue.objects.filter(attribute=attribute))
    TypeAttribute.objects.filter(attribute=attribute).delete()
    record(actor, "attribute.deleted", "attribute", attribute.pk, code=attribute.code)
    attribute.delete()


@transaction.atomic
def add_choice(attribute_id: int, data: ChoiceData, *, actor: Actor) -> AttributeChoice:
    """One more choice, the last. Raises DefinitionInvalidError, NotFoundError."""
    attribute = _get(Attribute, attribute_id)
    there = AttributeChoice.objects.filter(attribute=attribute)
    label = _label(data)
    if there.filter(label__iexact=label).exists():
        raise DefinitionInvalidError(_("There is a choice “%(label)s” already.") % {"label": label}, field="choices")
    if there.count() >= MOST_CHOICES:
        raise DefinitionInvalidError(_("At most %d choices.") % MOST_CHOICES, field="choices")
    last = there.aggregate(last=Max("position"))["last"]
    codes = set(there.values_list("code", flat=True))
    choice = AttributeChoice.objects.create(
        attribute=attribute, code=_choice_code(data, codes), label=label, swatch=_swatch(data),
        position=0 if last is None else last + 1,
    )  # fmt: skip
    record(actor, "attribute.choice_added", "attribute", attribute.pk, choice=choice.code)
    return choice


@transaction.atomic
def delete_choice(choice_id: int, *, actor: Actor) -> None:
    """Delete a choice that no product has. Raises StillUsedError, NotFoundError."""
    choice = _get(AttributeChoice, choice_id)
    _refuse_used(AttributeValue.objects.filter(choice=choice))
    record(actor, "attribute.choice_deleted", "attribute", choice.attribute_id, choice=choice.code)
    choice.delete()


@transaction.atomic
def merge_choices(choice_id: int, into_id: int, *, actor: Actor) -> int:
    """Let everything that has one choice have another of the same attribute; the first goes.

    Returns how many products had it. Raises DefinitionInvalidError, NotFoundError.
    """
    both = {
        row.pk: row
        for row in AttributeChoice.objects.select_for_update().filter(pk__in=[choice_id, into_id]).order_by("pk")
    }
    choice, into = both.get(choice_id), both.get(into_id)
    if choice is None or into is None:
        raise NotFoundError
    if choice.pk == into.pk or choice.attribute_id != into.attribute_id:
        raise DefinitionInvalidError(_("Merge two choices of one attribute."), field="choices")
    rows = AttributeValue.objects.filter(choice=choice)
    products = set(rows.values_list("product_id", flat=True))
    held = set(AttributeValue.objects.filter(choice=into).values_list("product_id", "variant_id"))
    twice = [pk for pk, *owner in rows.values_list("pk", "product_id", "variant_id") if tuple(owner) in held]
    AttributeValue.objects.filter(pk__in=twice).delete()
    AttributeValue.objects.filter(choice=choice).update(choice=into)
    record(
        actor, "attribute.choices_merged", "attribute", into.attribute_id, choice=choice.code, into=into.code,
        products=len(products),
    )  # fmt: skip
    choice.delete()
    _purge(products)
    return len(products)


@transaction.atomic
def define_type(
    code: str,
    *,
    actor: Actor,
    name: str | None = None,
    attributes: Sequence[str] | None = None,
    required: Collection[str] | None = None,
    template: Sequence[Any] | None = None,
    sku_pattern: str | None = None,
) -> ProductType:
    """Make the type ``code``, or change it: what is None stays. An empty ``code`` is made of the name.

    ``attributes`` are codes in their order, ``required`` those that a complete product has. An attribute that is left
    out is no longer shown; the values stay. Raises DefinitionInvalidError.
    """
    code = _code(code)
    kind = ProductType.objects.select_for_update().filter(code=code).first() if code else None
    is_new = kind is None
    if kind is None:
        kind = ProductType(code=_new_code(ProductType, code, name or ""))
    if name is not None:
        _set_texts(kind, {"name": name})
    if not kind.name:
        raise DefinitionInvalidError(_("Give it a name."), field="name")
    if template is not None:
        kind.template = list(template)
    if sku_pattern is not None:
        kind.sku_pattern = one_line(sku_pattern)[:120]
    kind.save()
    if attributes is not None or required is not None:
        _set_places(kind, attributes, required)
    record(actor, "type.created" if is_new else "type.changed", "product_type", kind.pk, code=kind.code)
    if not is_new:
        _purge_of(Q(type=kind))
    return kind


@transaction.atomic
def delete_type(type_id: int, *, actor: Actor) -> None:
    """Delete a type that no product has. Raises StillUsedError, NotFoundError."""
    kind = _get(ProductType, type_id)
    count = Product.objects.filter(type=kind).count()
    if count:
        raise StillUsedError(_used_by(count), products=count)
    record(actor, "type.deleted", "product_type", kind.pk, code=kind.code)
    kind.delete()


def _check(attribute: Attribute, before: Attribute | None) -> None:
    if not attribute.name:
        raise DefinitionInvalidError(_("Give it a name."), field="name")
    if attribute.kind not in Attribute.Kind.values:
        raise DefinitionInvalidError(field="kind")
    if len(attribute.unit) > 16:
        raise DefinitionInvalidError(_("At most %d characters.") % 16, field="unit")
    if not 0 <= attribute.decimals <= MOST_DECIMALS:
        raise DefinitionInvalidError(_("At most %d decimal places.") % MOST_DECIMALS, field="decimals")
    if attribute.kind != Attribute.Kind.NUMBER:
        attribute.unit, attribute.decimals = "", 0
    if attribute.kind != Attribute.Kind.CHOICE:
        attribute.is_multiple = False
    if before is None:
        return
    used = AttributeValue.objects.filter(attribute=before)
    if attribute.kind != before.kind and used.exists():
        _refuse_used(used, _("Its kind stays: values of another kind are there."))
    if attribute.unit != before.unit and not _measures_alike(attribute.unit, before.unit) and used.exists():
        _refuse_used(used, _("Its unit stays: the numbers that are there would mean something else."))
    if before.is_multiple and not attribute.is_multiple:
        owners = used.values_list("product_id", "variant_id").order_by()
        if owners.count() > owners.distinct().count():
            _refuse_used(used, _("Some products have several of its choices at once."))


def _measures_alike(one: str, other: str) -> bool:
    return one in UNITS and other in UNITS and UNITS[one].dimension == UNITS[other].dimension


def _set_choices(attribute: Attribute, choices: Sequence[ChoiceData | str]) -> None:
    wanted = [ChoiceData(choice) if isinstance(choice, str) else choice for choice in choices]
    labels = [_label(data) for data in wanted]
    if attribute.kind != Attribute.Kind.CHOICE and wanted:
        raise DefinitionInvalidError(_("Only a choice has choices."), field="choices")
    if len({label.casefold() for label in labels}) < len(labels):
        raise DefinitionInvalidError(_("Two choices have the same label."), field="choices")
    if len(wanted) > MOST_CHOICES:
        raise DefinitionInvalidError(_("At most %d choices.") % MOST_CHOICES, field="choices")
    there = {row.code: row for row in AttributeChoice.objects.select_for_update().filter(attribute=attribute)}
    by_label = {row.label.casefold(): row for row in there.values()}
    codes, kept = set(there), []
    rows: list[AttributeChoice] = []
    for position, (data, label) in enumerate(zip(wanted, labels, strict=True)):
        row = there.get(data.code) if data.code else by_label.get(label.casefold())
        if row is None or row in kept:
            row = AttributeChoice(attribute=attribute, code=_choice_code(data, codes))
            codes.add(row.code)
        else:
            kept.append(row)
        row.label, row.swatch, row.position = label, _swatch(data), position
        rows.append(row)
    gone = [row for row in there.values() if row not in kept]
    _refuse_used(
        AttributeValue.objects.filter(choice__in=gone),
        _("A choice that products have cannot go. Merge it into another."),
    )
    AttributeChoice.objects.filter(pk__in=[row.pk for row in gone]).delete()
    # Two labels may change places: first out of each other's way.
    for row in kept:
        AttributeChoice.objects.filter(pk=row.pk).update(label=f"\u2063{row.pk}")
    for row in rows:
        row.save()


def _set_places(kind: ProductType, attributes: Sequence[str] | None, required: Collection[str] | None) -> None:
    present = list(TypeAttribute.objects.filter(type=kind).select_related("attribute"))
    if attributes is None:
        attributes = [place.attribute.code for place in present]
    if required is None:
        required = {place.attribute.code for place in present if place.is_required}
    known = {row.code: row for row in Attribute.objects.filter(code__in=list(attributes))}
    if missing := [code for code in attributes if code not in known]:
        raise DefinitionInvalidError(
            _("There is no attribute %(codes)s.") % {"codes": ", ".join(missing)}, field="attributes"
        )
    codes = list(dict.fromkeys(attributes))
    TypeAttribute.objects.filter(type=kind).exclude(attribute__code__in=codes).delete()
    for position, code in enumerate(codes):
        TypeAttribute.objects.update_or_create(
            type=kind, attribute=known[code], defaults={"position": position, "is_required": code in required}
        )


def _label(data: ChoiceData) -> str:
    label = one_line(data.label)
    if not label or len(label) > 80:
        raise DefinitionInvalidError(_("A choice has a label of at most 80 characters."), field="choices")
    return label


def _swatch(data: ChoiceData) -> str:
    swatch = data.swatch.strip().lower()
    if swatch and not _SWATCH.fullmatch(swatch):
        raise DefinitionInvalidError(_("Write a colour such as #2f6f6a."), field="choices")
    return swatch


def _choice_code(data: ChoiceData, taken: Collection[str]) -> str:
    return free_slug(slugify(data.code or data.label, "choice")[: CODE_LENGTH - 6].rstrip("-"), taken)


def _code(text: str) -> str:
    """A code as it is where it can be one, else made of the text."""
    return text if not text or _CODE.fullmatch(text) else slugify(text, "attribute")[: CODE_LENGTH - 6].rstrip("-")


def _new_code(model: Any, code: str, name: str) -> str:
    wanted = code or slugify(name, "attribute")[: CODE_LENGTH - 6].rstrip("-")
    return free_slug(wanted, set(model.objects.filter(code__startswith=wanted).values_list("code", flat=True)))


def _set_texts(row: Any, texts: dict[str, str]) -> None:
    for field, raw in texts.items():
        text = one_line(raw)
        if len(text) > _TEXTS[field]:
            raise DefinitionInvalidError(_("At most %d characters.") % _TEXTS[field], field=field)
        setattr(row, field, text)


def _refuse_used(rows: Any, why: str = "") -> None:
    count = rows.values("product_id").distinct().count()
    if count:
        raise StillUsedError(" ".join(filter(None, [why, _used_by(count)])), products=count)


def _used_by(count: int) -> str:
    return ngettext("%d product uses it.", "%d products use it.", count) % count


def _get(model: Any, pk: int) -> Any:
    row = model.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFoundError
    return row


def _purge_of(which: Q) -> None:
    _purge(set(Product.objects.filter(which).values_list("pk", flat=True)[: MOST_PURGED + 1]))


def _purge(product_ids: Collection[int]) -> None:
    if not product_ids:
        return
    many = len(product_ids) > MOST_PURGED
    purge("catalogue", *(["market"] if many else [f"product:{pk}" for pk in product_ids]))
