"""What happens when a product goes live or leaves, whoever pressed the button."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from wagtail.models import Revision
from wagtail.signal_handlers import disable_reference_index_auto_update, update_reference_index_on_save

from stoa.catalogue.events import ProductPublished, ProductUnpublished
from stoa.catalogue.products.models import Product
from stoa.catalogue.products.rules import free_slug, slugify
from stoa.catalogue.redirects import clear_address, move_address
from stoa.catalogue.search.indexing import reindex, text_of
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.prepared import Prepared, Slot

if TYPE_CHECKING:
    from stoa.catalogue.products.models import Variant

# (revision, whether it is the schedule that publishes, who acts) -> whether it may go live now
Gate = Callable[[Revision, bool, Actor], bool]
SCHEDULE = "wagtail.publish.scheduled"
_gate: Gate | None = None

_AT = Prepared(lambda: Product.objects.filter(slug=Slot("slug")).order_by().values_list("pk"))


def actor_of(user: Any) -> Actor:
    """Who a Wagtail view acts for; the scheduler acts for nobody."""
    return Actor.staff(user.pk, str(user)) if user is not None else SYSTEM


def ask_before_publishing(gate: Gate) -> None:
    """Have ``gate`` look at every version that an editor or the schedule publishes; it may refuse by an error.

    A room above calls this once, from its ``apps.ready()``.
    """
    global _gate
    _gate = gate


def may_go_live(revision: Revision, user: Any, log_action: object) -> bool:
    """False: it was scheduled, and is withheld. Raises what the gate raises."""
    return _gate is None or _gate(revision, log_action == SCHEDULE, actor_of(user))


def put_live(revision: Revision, user: Any) -> None:
    """Publish what an action wrote. Imports and edits of many goods do not wait for the gate: the page audit looks later."""
    revision.content_object.publish(
        revision, user=user, log_action=False, skip_permission_checks=True, is_checked=False
    )


@transaction.atomic
def publish_revision(product_id: int, revision_id: int, *, actor: Actor) -> None:
    """Put one revision live; a later draft stays a draft. Raises NotFoundError where either is gone."""
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    revision = product.revisions.filter(pk=revision_id).first() if product is not None else None
    if revision is None:
        raise NotFoundError
    staff = actor.ref if actor.kind == "staff" and actor.ref.isdigit() else None
    user = get_user_model()._default_manager.filter(pk=staff).first() if staff else None
    put_live(revision, user)


@contextmanager
def going_live(product_id: int, revision: Revision, user: Any) -> Iterator[None]:
    """Around Wagtail's publishing of ``revision``, in one transaction with it.

    Afterwards the old address leads to the new one, the search knows the words, cached pages are out of date, and
    ProductPublished is announced. A revision that is only scheduled announces nothing yet.
    """
    with transaction.atomic():
        before = Product.objects.select_for_update().only("slug", "first_published_at", "type").get(pk=product_id)
        _give_free_slug(product_id, revision)
        yield
        after = Product.objects.filter(pk=product_id, live=True, live_revision=revision).first()
        if after is None:
            return
        if after.type_id != before.type_id:
            # Set by another while this revision was being made ready. A revision says nothing of it.
            Product.objects.filter(pk=product_id).update(type=before.type_id)
        if after.kind != Product.Kind.BUNDLE:
            # What has parts stays a bundle, whatever an old draft calls it.
            with_parts = Product.objects.filter(pk=product_id, variants__components__isnull=False)
            Product.objects.filter(pk__in=with_parts).update(kind=Product.Kind.BUNDLE)
        if before.first_published_at is not None:
            move_address(before.get_absolute_url(), after.get_absolute_url())
        reindex([product_id])
        _tell(after, revision, actor_of(user))


def publish_first(product: Product, variants: Sequence[Variant], user: Any) -> None:
    """Put a product live that was made in this transaction and that nobody else has seen.

    What Wagtail's publishing of a first revision comes to, without reading back what was just written; its signal, which
    nobody in this house hears, is left out.
    """
    revision = Revision.objects.create(
        content_object=product, base_content_type=product.get_base_content_type(), content=product.serializable_data(),
        object_str=str(product),
    )  # fmt: skip
    product.latest_revision = product.live_revision = revision
    product.live, product.has_unpublished_changes = True, False
    product.first_published_at = product.last_published_at = clock.now()
    product.search_text = text_of(product, variants)
    product.save()
    _tell(product, revision, actor_of(user))


@contextmanager
def indexed_once(product: Product) -> Iterator[None]:
    """However often ``product`` and its parts are saved inside, Wagtail's index of references is brought up to date once."""
    with disable_reference_index_auto_update():
        yield
    update_reference_index_on_save(product)


def _tell(product: Product, revision: Revision, actor: Actor) -> None:
    clear_address(product.get_absolute_url())
    record(actor, "product.published", "product", product.pk, revision=revision.pk)
    announce(ProductPublished(product.pk))
    purge("catalogue", f"product:{product.pk}")


@contextmanager
def going_dark(product: Product, user: Any) -> Iterator[None]:
    """Around Wagtail's unpublishing of ``product``, in one transaction with it."""
    with transaction.atomic():
        was_live = Product.objects.filter(pk=product.pk, live=True).exists()
        yield
        if was_live and not product.live:
            record(actor_of(user), "product.unpublished", "product", product.pk)
            announce(ProductUnpublished(product.pk))
            purge("catalogue", f"product:{product.pk}")


def unused_slug(wanted: str, *, product_id: int | None = None) -> str:
    """``wanted`` made an address that no other product has."""
    slug = slugify(wanted, "product")
    # Nearly always free: whoever else begins like it is asked for only where it is not.
    if all(pk == product_id for (pk,) in _AT.all(slug=slug)):
        return slug
    others = Product.objects.filter(slug__startswith=slug).exclude(pk=product_id)
    return free_slug(slug, set(others.values_list("slug", flat=True)))


def _give_free_slug(product_id: int, revision: Revision) -> None:
    # An old draft may carry an address that another product has taken since.
    slug = revision.content["slug"]
    free = unused_slug(slug or revision.content["title"], product_id=product_id)
    if free != slug:
        revision.content["slug"] = free
        revision.save(update_fields=["content"])
