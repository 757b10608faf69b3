"""Bulk edits of live facts: type, attributes, being in the shop. One row for each product."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from stoa.catalogue.bulk.drafts import Draft, Options, Target
from stoa.catalogue.bulk.errors import BulkEditInvalidError
from stoa.catalogue.bulk.rules import with_item
from stoa.catalogue.products.actions import publish_product, unpublish_product
from stoa.catalogue.products.models import Product, Variant
from stoa.catalogue.products.publishing import publish_revision
from stoa.catalogue.types.actions import set_attributes, set_type
from stoa.catalogue.types.errors import AttributesInvalidError
from stoa.catalogue.types.models import Attribute, ProductType, TypeAttribute
from stoa.catalogue.types.queries import attribute_views, type_change, typed_values
from stoa.catalogue.types.values import ValueRefusedError, is_blank, read
from stoa.kernel import clock
from stoa.kernel.actors import Actor


class TypeSet:
    """``type``: an id, or None for none."""

    batch = 100

    def check(self, options: Options) -> dict[str, Any]:
        pk = options.get("type")
        if pk is not None and not ProductType.objects.filter(pk=pk).exists():
            raise BulkEditInvalidError(_("Choose a type."), field="type")
        return {"type": pk}

    def plan(self, product_ids: Collection[int], options: Options) -> list[Draft]:
        drafts = []
        for pk, title, type_id in _titles(product_ids).values_list("pk", "title", "type_id"):
            hidden = type_change(pk, options["type"]).hidden if type_id != options["type"] else ()
            said = _("No longer shown, and kept: %(names)s.") % {"names": ", ".join(hidden)} if hidden else ""
            drafts.append(Draft(pk, title, type_id, options["type"], reason=said))
        return drafts

    def present(self, targets: Collection[Target], options: Options) -> dict[int, Any]:
        there = dict(Product.objects.filter(pk__in=[t.product_id for t in targets]).values_list("pk", "type_id"))
        return {t.row_id: there[t.product_id] for t in targets if t.product_id in there}

    def write(self, target: Target, options: Options, actor: Actor) -> None:
        set_type(target.product_id, target.wanted, actor=actor)


class AttributeSet:
    """``attribute`` (a code) and ``value`` as it is typed; blank takes it away. ``add`` leaves other choices there."""

    batch = 100

    def check(self, options: Options) -> dict[str, Any]:
        view = next((one for one in attribute_views().values() if one.code == options.get("attribute")), None)
        if view is None:
            raise BulkEditInvalidError(_("Choose an attribute."), field="attribute")
        value = options.get("value")
        if is_blank(value):
            return {"attribute": view.code, "value": None, "add": False}
        try:
            said = read(view, value)
        except ValueRefusedError as refusal:
            raise BulkEditInvalidError(str(refusal), field="value") from refusal
        codes = {choice.id: choice.code for choice in view.choices}
        chosen = [codes[one.choice_id] for one in said if one.choice_id is not None]
        plain: Any = str(value) if not chosen else chosen if view.is_multiple else chosen[0]
        return {"attribute": view.code, "value": plain, "add": bool(options.get("add")) and view.is_multiple}

    def plan(self, product_ids: Collection[int], options: Options) -> list[Draft]:
        code = options["attribute"]
        view = next(one for one in attribute_views().values() if one.code == code)
        having = set(TypeAttribute.objects.filter(attribute__code=code).values_list("type_id", flat=True))
        there = typed_values(product_ids)
        drafts = []
        for pk, title, type_id in _titles(product_ids).values_list("pk", "title", "type_id"):
            before = there.get(pk, {}).get(code)
            if type_id is not None and type_id not in having and options["value"] is not None:
                why = _("The product's type does not have this attribute.")
                drafts.append(Draft(pk, title, before, None, reason=why, is_refused=True))
            else:
                drafts.append(Draft(pk, title, before, _after(view, before, options)))
        return drafts

    def present(self, targets: Collection[Target], options: Options) -> dict[int, Any]:
        wanted = [target.product_id for target in targets]
        there = typed_values(wanted)
        known = set(Product.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        code = options["attribute"]
        return {t.row_id: there.get(t.product_id, {}).get(code) for t in targets if t.product_id in known}

    def write(self, target: Target, options: Options, actor: Actor) -> None:
        if not Attribute.objects.filter(code=options["attribute"]).exists():
            raise AttributesInvalidError(_("There is no such attribute."))
        set_attributes(target.product_id, {options["attribute"]: target.wanted}, actor=actor)


class Publish:
    """Takes what is not live into the shop, as its draft stands."""

    batch = 25

    def check(self, options: Options) -> dict[str, Any]:
        return {}

    def plan(self, product_ids: Collection[int], options: Options) -> list[Draft]:
        priced = set(
            Variant.objects.filter(product_id__in=product_ids, is_active=True, prices__isnull=False)
            .values_list("product_id", flat=True)
        )  # fmt: skip
        rows = _titles(product_ids).values_list("pk", "title", "live", "live_revision_id", "go_live_at")
        drafts = []
        for pk, title, is_live, revision, go_live_at in rows:
            before = {"live": is_live, "revision": revision}
            if is_live:
                drafts.append(Draft(pk, title, before, before))
            elif go_live_at is not None and go_live_at > clock.now():
                drafts.append(
                    Draft(pk, title, before, None, reason=_("It goes live by its schedule."), is_refused=True)
                )
            else:
                said = "" if pk in priced else _("It has no price yet: people will not find it.")
                drafts.append(Draft(pk, title, before, {"live": True, "revision": None}, reason=said))
        return drafts

    def present(self, targets: Collection[Target], options: Options) -> dict[int, Any]:
        rows = Product.objects.filter(pk__in=[target.product_id for target in targets])
        there = {pk: (live, revision) for pk, live, revision in rows.values_list("pk", "live", "live_revision_id")}
        found = {}
        for target in targets:
            if target.product_id in there:
                live, revision = there[target.product_id]
                # A revision is only asked after where one was noted.
                noted = (target.expected or {}).get("revision")
                found[target.row_id] = {"live": live, "revision": revision if noted is not None else None}
        return found

    def write(self, target: Target, options: Options, actor: Actor) -> None:
        if not target.wanted["live"]:
            unpublish_product(target.product_id, actor=actor)
        elif target.wanted["revision"] is not None:
            # What was live before, which need not be the latest draft.
            publish_revision(target.product_id, target.wanted["revision"], actor=actor)
        else:
            publish_product(target.product_id, actor=actor)


class Unpublish(Publish):
    """Takes what is live off the shop. Words, prices and stock stay."""

    def plan(self, product_ids: Collection[int], options: Options) -> list[Draft]:
        rows = _titles(product_ids).values_list("pk", "title", "live", "live_revision_id")
        return [
            Draft(pk, title, {"live": is_live, "revision": revision},
                  {"live": False, "revision": None} if is_live else {"live": False, "revision": revision})
            for pk, title, is_live, revision in rows
        ]  # fmt: skip


def _after(view: Any, before: Any, options: Options) -> Any:
    """As ``typed_values`` will say it, so that undoing finds what was written."""
    value = options["value"]
    if value is None or view.kind in {"choice"}:
        if options["add"] and isinstance(before, list):
            for code in value:
                before = with_item(before, code)
            value = before
        if isinstance(value, list):
            order = [choice.code for choice in view.choices]
            return sorted(set(value), key=order.index)
        return value
    from stoa.catalogue.types.shown import typed

    return typed(read(view, value)[0], view)


def _titles(product_ids: Collection[int]) -> Any:
    return Product.objects.filter(pk__in=product_ids).order_by("pk")
