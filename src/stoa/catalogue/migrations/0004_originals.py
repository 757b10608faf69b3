from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0003_product_types_and_bulk_edits"),
    ]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="original_name",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
    ]
