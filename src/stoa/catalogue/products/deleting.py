"""Taking products away for good. Used through ``products.actions``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.products.models import Product
from stoa.catalogue.products.variants import is_referred_to
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


@transaction.atomic
def delete_product(product_id: int, *, actor: Actor) -> bool:
    """Delete a product none of whose variants was ever stocked, ordered or put in a cart; take another one off the shop.

    Returns whether it is gone. Raises NotFoundError.
    """
    from stoa.catalogue.products.actions import unpublish_product  # actions re-export this

    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFoundError
    if any(is_referred_to(variant) for variant in product.variants.all()):
        if product.live:
            unpublish_product(product_id, actor=actor)
        return False
    title = product.title
    if product.live:
        # Announces, and lets go of the pages that show it.
        unpublish_product(product_id, actor=actor)
    Product.objects.get(pk=product_id).delete()
    record(actor, "product.deleted", "product", product_id, title=title)
    purge("catalogue", f"product:{product_id}")
    return True
