
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('operations', '0007_registrations'),
    ]

    operations = [
        migrations.AddField(
            model_name='documentsettings',
            name='language',
            field=models.CharField(blank=True, max_length=12, verbose_name='language'),
        ),
        migrations.CreateModel(
            name='DocumentBatch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('order_ids', models.JSONField()),
                ('total', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('issued', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('running', 'under way'), ('done', 'done')], default='running', max_length=10)),
                ('actor_kind', models.CharField(max_length=20)),
                ('actor_ref', models.CharField(blank=True, max_length=80)),
                ('actor_label', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'batch of documents',
                'constraints': [models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='document_batch_within'), models.CheckConstraint(condition=models.Q(('issued__lte', models.F('done'))), name='document_batch_issued_within')],
            },
        ),
        migrations.CreateModel(
            name='DocumentSeries',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('first', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('first__gte', 1)), name='document_series_from_one')],
            },
        ),
    ]
