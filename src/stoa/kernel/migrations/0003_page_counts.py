from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("kernel", "0002_purges_for_a_cdn"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageCacheDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("hits", models.BigIntegerField(default=0)),
                ("misses", models.BigIntegerField(default=0)),
            ],
        ),
    ]
