import django.db.models.deletion
import stoa.catalogue.blocks.fields
import stoa.kernel.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0008_bundles_and_files'),
    ]

    operations = [
        migrations.AlterField(
            model_name='product',
            name='body',
            field=stoa.catalogue.blocks.fields.BodyField([], blank=True, verbose_name='page'),
        ),
        migrations.CreateModel(
            name='Video',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('file', models.FileField(upload_to='videos/', verbose_name='file')),
                ('kind', models.CharField(editable=False, max_length=4)),
                ('bytes', models.BigIntegerField(editable=False)),
                ('content_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('captions', models.FileField(blank=True, upload_to='videos/', verbose_name='captions')),
                ('created_at', models.DateTimeField(default=stoa.kernel.clock.now, editable=False)),
                ('poster', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.picture', verbose_name='poster')),
            ],
            options={
                'verbose_name': 'video',
                'verbose_name_plural': 'videos',
                'ordering': ['-created_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['mp4', 'webm'])), name='video_kind_known'), models.CheckConstraint(condition=models.Q(('bytes__gt', 0)), name='video_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='ProductScore',
            fields=[
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='score', serialize=False, to='catalogue.product', verbose_name='product')),
                ('points', models.PositiveSmallIntegerField(verbose_name='points')),
                ('missing', models.JSONField(default=list)),
                ('revenue_minor', models.BigIntegerField(default=0)),
                ('units', models.IntegerField(default=0)),
                ('scored_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'completeness',
                'ordering': ['-revenue_minor', 'points', 'product_id'],
                'indexes': [models.Index(fields=['-revenue_minor', 'points', 'product'], name='score_by_revenue'), models.Index(fields=['points', 'product'], name='score_by_points')],
                'constraints': [models.CheckConstraint(condition=models.Q(('points__lte', 100)), name='score_at_most_100')],
            },
        ),
    ]
