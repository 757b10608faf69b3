"""The history of the prices that a shop has already: exact as far as the audit trail goes back.

A price was written either with its product (when that was made) or by an action that noted before and after.
"""

from collections import defaultdict

from django.db import migrations

from stoa.catalogue.prices.rules import Point, lowest_before
from stoa.kernel import clock

BATCH = 1_000


def write_history(apps, schema_editor):
    Price, PricePoint = apps.get_model("catalogue", "Price"), apps.get_model("catalogue", "PricePoint")
    trail = noted_changes(apps)
    last = 0
    while some := present_prices(Price, last):
        last = some[-1][0]
        rows, lows = [], []
        for pk, variant_id, price_list_id, amount, compare_at, created_at in some:
            points = history(trail.pop((variant_id, price_list_id), []), amount, compare_at, created_at)
            rows += [PricePoint(variant_id=variant_id, price_list_id=price_list_id, at=point.at,
                                amount_minor=point.amount_minor, compare_at_minor=point.compare_at_minor)
                     for point in points]  # fmt: skip
            low = lowest_before(points[-1].at, points, []) if compare_at is not None else None
            if low is not None:
                lows.append(Price(pk=pk, lowest_30_minor=low))
        PricePoint.objects.bulk_create(rows)
        Price.objects.bulk_update(lows, ["lowest_30_minor"])


def present_prices(Price, after):
    rows = Price.objects.filter(pk__gt=after).order_by("pk").values_list(
        "pk", "variant_id", "price_list_id", "amount_minor", "compare_at_minor", "variant__product__created_at"
    )  # fmt: skip
    return list(rows[:BATCH])


def noted_changes(apps):
    """(variant, list) -> [(moment, facts)], oldest first, of variants and lists that still are."""
    known = {str(pk) for pk in apps.get_model("catalogue", "Variant").objects.values_list("pk", flat=True)}
    lists = set(apps.get_model("catalogue", "PriceList").objects.values_list("pk", flat=True))
    entries = (
        apps.get_model("kernel", "AuditEntry").objects
        .filter(verb="price.changed", subject_type="variant")
        .order_by("id").values_list("subject_id", "at", "facts")
    )
    noted = defaultdict(list)
    for subject, at, facts in entries.iterator(chunk_size=BATCH):
        if subject in known and facts.get("price_list") in lists:
            noted[int(subject), facts["price_list"]].append((at, facts))
    return noted


def history(changes, amount, compare_at, created_at):
    """Points by time, ending with the present price."""
    points = {}
    if changes:
        first_at, first = changes[0]
        if first.get("before") is not None and created_at < first_at:
            points[created_at] = Point(created_at, first["before"], first.get("compare_at_before"))
        for at, facts in changes:
            points[at] = Point(at, facts.get("after"), facts.get("compare_at_after"))
    else:
        points[created_at] = Point(created_at, amount, compare_at)
    last = points[max(points)]
    if (last.amount_minor, last.compare_at_minor) != (amount, compare_at):
        now = max(clock.now(), last.at)
        points[now] = Point(now, amount, compare_at)
    return [points[at] for at in sorted(points)]


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0006_price_history_sales_and_groups"),
        ("kernel", "0001_initial"),
    ]

    operations = [migrations.RunPython(write_history, migrations.RunPython.noop)]
