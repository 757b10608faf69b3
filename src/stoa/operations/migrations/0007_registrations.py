"""Shops that were there before registrations charged the tax of every country that had rates. They go on doing so."""

from typing import Any

from django.db import migrations

EU = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip


def register_where_tax_was_charged(apps: Any, schema_editor: Any) -> None:
    markets = apps.get_model("catalogue", "Market").objects.values_list("pk", "default_country")
    settings = apps.get_model("operations", "TaxSettings").objects
    charged = set(apps.get_model("operations", "TaxRate").objects.values_list("country", flat=True))
    for market_id, home in markets:
        # Within the EU the one-stop shop, which is on where nothing is said, charges what was charged.
        known = EU if home in EU else {home}
        settings.get_or_create(market_id=market_id, defaults={"registrations": sorted(charged - known)})


class Migration(migrations.Migration):
    dependencies = [("operations", "0006_taxes"), ("catalogue", "0011_support_hours")]

    operations = [migrations.RunPython(register_where_tax_was_charged, migrations.RunPython.noop)]
