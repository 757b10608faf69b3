"""Blocks of one page on others, and as the beginning of new ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from stoa.catalogue.blocks.reading import raw_blocks
from stoa.catalogue.blocks.registry import MOST_BLOCKS, ONCE
from stoa.catalogue.blocks.writing import cleaned_body, with_new_ids
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.catalogue.products.models import Product
from stoa.catalogue.types.models import ProductType
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import DomainError, NotFoundError

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

APPEND, REPLACE = "append", "replace"
MOST_TARGETS = 200
Block = dict[str, Any]


class CopyRefusedError(DomainError):
    code = "blocks_not_copied"
    default_message = _("These blocks cannot be copied like that.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What copying would do to one product. ``goes_live`` is False for drafts, and where a draft is being worked on."""

    product: Product
    before: int
    after: int
    goes_live: bool
    has_draft: bool


def blocks_of(product: Product) -> list[Block]:
    """The blocks of a page as its editor has them: the latest draft's."""
    return [dict(block) for block in raw_blocks(_editors(product).body)]


def plan_copy(
    source_id: int, target_ids: Collection[int], *, mode: str, publish: bool, block_ids: Collection[str] | None = None
) -> list[Plan]:
    """Look before copying: the same decisions, and nothing written. Raises NotFoundError, CopyRefusedError."""
    copied = _chosen(source_id, block_ids)
    return [
        Plan(
            product=product,
            before=len(blocks_of(product)),
            after=len(_joined(blocks_of(product), copied, mode)),
            goes_live=_goes_live(product, publish),
            has_draft=product.live and product.has_unpublished_changes,
        )
        for product in _targets(source_id, target_ids)
    ]


@transaction.atomic
def copy_blocks(
    source_id: int, target_ids: Collection[int], *, mode: str, publish: bool, actor: Actor,
    block_ids: Collection[str] | None = None,
) -> list[Plan]:  # fmt: skip
    """Put blocks of one page (all, or those of ``block_ids``) behind those of others, or in their place.

    Each page gets a revision of its own and blocks with new ids. With ``publish`` it goes live at once, but where somebody
    is at work on a draft the blocks go into the draft and wait with it. Raises NotFoundError, CopyRefusedError.
    """
    plans = plan_copy(source_id, target_ids, mode=mode, publish=publish, block_ids=block_ids)
    copied = _chosen(source_id, block_ids)
    for plan in plans:
        body = _joined(blocks_of(plan.product), copied, mode)
        update_product(plan.product.pk, ProductChanges(body=body, publish=plan.goes_live), actor=actor)
    ids = [plan.product.pk for plan in plans]
    record(actor, "blocks.copied", "product", source_id, to=ids, mode=mode, blocks=len(copied))
    return plans


@transaction.atomic
def save_template(product_id: int, type_id: int, *, actor: Actor) -> ProductType:
    """Have new products of a type start with this page's blocks. Raises NotFoundError, CopyRefusedError."""
    kind = ProductType.objects.select_for_update().filter(pk=type_id).first()
    if kind is None:
        raise NotFoundError
    kind.template = with_new_ids(_chosen(product_id, None))
    kind.save(update_fields=["template"])
    record(actor, "type.template_saved", "product_type", type_id, product=product_id, blocks=len(kind.template))
    return kind


@transaction.atomic
def clear_template(type_id: int, *, actor: Actor) -> None:
    """Have new products of a type start with a blank page."""
    if ProductType.objects.filter(pk=type_id).update(template=[]):
        record(actor, "type.template_cleared", "product_type", type_id)


@transaction.atomic
def begin_with_template(product_id: int, *, actor: Actor) -> bool:
    """Give a new product the blocks of its type's template; False where there is none, or where the page has blocks or was
    published before: nobody's page is written behind their back."""
    product = Product.objects.filter(pk=product_id, first_published_at=None, live=False).select_related("type").first()
    if product is None or product.type is None or not product.type.template or blocks_of(product):
        return False
    update_product(product_id, ProductChanges(body=with_new_ids(product.type.template), publish=False), actor=actor)
    return True


def _chosen(source_id: int, block_ids: Collection[str] | None) -> list[Block]:
    source = Product.objects.filter(pk=source_id).first()
    if source is None:
        raise NotFoundError
    wanted = None if block_ids is None else set(block_ids)
    found = [block for block in blocks_of(source) if wanted is None or block.get("id") in wanted]
    if not found:
        raise CopyRefusedError(_("There are no blocks to copy."))
    return cleaned_body(found)


def _targets(source_id: int, target_ids: Collection[int]) -> list[Product]:
    wanted = sorted(set(target_ids) - {source_id})
    if not wanted:
        raise CopyRefusedError(_("Choose at least one other product."))
    if len(wanted) > MOST_TARGETS:
        raise CopyRefusedError(_("Choose at most %d products at a time.") % MOST_TARGETS)
    return list(Product.objects.filter(pk__in=wanted).select_related("latest_revision").order_by("title", "pk"))


def _joined(own: Sequence[Block], copied: Iterable[Mapping[str, Any]], mode: str) -> list[Block]:
    """Raises CopyRefusedError where the page would have too many."""
    if mode not in {APPEND, REPLACE}:
        raise CopyRefusedError
    kept = list(own) if mode == APPEND else []
    there = {block["type"] for block in kept}
    # Of what a page has once, its own stays.
    added = [block for block in with_new_ids(list(copied)) if not (block["type"] in ONCE and block["type"] in there)]
    if len(kept) + len(added) > MOST_BLOCKS:
        raise CopyRefusedError(_("A page has at most %d blocks.") % MOST_BLOCKS)
    return [*kept, *added]


def _goes_live(product: Product, publish: bool) -> bool:
    return publish and product.live and not product.has_unpublished_changes


def _editors(product: Product) -> Product:
    latest: Product = product.get_latest_revision_as_object() if product.latest_revision_id else product
    return latest
