from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0010_promotions")]

    operations = [
        migrations.AddField(
            model_name="market",
            name="support_hours",
            field=models.JSONField(blank=True, default=list, verbose_name="hours of support"),
        )
    ]
