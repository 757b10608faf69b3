from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0011_support_hours")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="filters",
            field=models.JSONField(blank=True, default=dict, verbose_name="filters"),
        )
    ]
