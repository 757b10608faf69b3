"""What must hold of bundles, whatever happened."""

from __future__ import annotations

from collections.abc import Iterable

from stoa.catalogue.bundles.models import BundleComponent
from stoa.catalogue.products.models import Product
from stoa.kernel.books import Finding


def no_bundle_in_a_bundle() -> Iterable[Finding]:
    nested = BundleComponent.objects.filter(component__components__isnull=False).distinct()
    rows = [dict(row) for row in nested.order_by("id").values("bundle__sku", "component__sku")]
    if rows:
        yield Finding("catalogue.bundles", "a bundle has a bundle in it", rows)
    wrong = Product.objects.filter(variants__components__isnull=False).exclude(kind=Product.Kind.BUNDLE).distinct()
    rows = [dict(row) for row in wrong.order_by("id").values("id", "slug", "kind")]
    if rows:
        yield Finding("catalogue.bundles", "a product has parts and is not called a bundle", rows)
