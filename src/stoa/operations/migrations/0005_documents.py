import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


# What is issued is never edited: the database itself refuses. A migration that alters the table on SQLite builds it
# anew and must put the guard back (a test looks for it).
GUARD = {
    "sqlite": [
        "CREATE TRIGGER operations_document_unchanged BEFORE UPDATE ON operations_document "
        "BEGIN SELECT RAISE(ABORT, 'an issued document is never changed'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION operations_document_unchanged() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'an issued document is never changed' USING ERRCODE = 'check_violation'; END $$",
        "CREATE TRIGGER operations_document_unchanged BEFORE UPDATE ON operations_document "
        "FOR EACH ROW EXECUTE FUNCTION operations_document_unchanged()",
    ],
}
UNGUARD = {
    "sqlite": ["DROP TRIGGER IF EXISTS operations_document_unchanged"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS operations_document_unchanged ON operations_document",
        "DROP FUNCTION IF EXISTS operations_document_unchanged()",
    ],
}


def guard(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0010_promotions'),
        ('operations', '0004_promotions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note')], max_length=12, verbose_name='kind')),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('series', models.CharField(max_length=60)),
                ('position', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='number')),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('currency', models.CharField(max_length=3)),
                ('net_minor', models.BigIntegerField()),
                ('tax_minor', models.BigIntegerField()),
                ('total_minor', models.BigIntegerField(verbose_name='total')),
                ('language', models.CharField(max_length=12)),
                ('data', models.JSONField()),
                ('renderer', models.CharField(max_length=60)),
                ('path', models.CharField(max_length=120, unique=True)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('actor', models.CharField(max_length=200)),
            ],
            options={
                'verbose_name': 'document',
                'permissions': [('issue_document', 'Can issue invoices and credit notes')],
            },
        ),
        migrations.CreateModel(
            name='DocumentFailure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note')], max_length=12)),
                ('reason', models.CharField(max_length=500)),
                ('tries', models.PositiveIntegerField(default=1)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'document that failed',
            },
        ),
        migrations.CreateModel(
            name='DocumentSettings',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('issue_when', models.CharField(choices=[('manual', 'by hand'), ('paid', 'when the order is paid'), ('shipped', 'when the order is shipped')], default='manual', max_length=10, verbose_name='invoices are issued')),
                ('paper', models.CharField(choices=[('auto', "as is usual in the buyer's country"), ('a4', 'A4'), ('us-letter', 'Letter')], default='auto', max_length=10, verbose_name='paper')),
                ('invoice_pattern', models.CharField(default='INV-{year}-{number:05}', max_length=40, verbose_name='number of invoices')),
                ('credit_pattern', models.CharField(default='CN-{year}-{number:05}', max_length=40, verbose_name='number of credit notes')),
                ('restarts_yearly', models.BooleanField(default=True, verbose_name='numbers begin again each year')),
                ('tax_number', models.CharField(blank=True, max_length=40, verbose_name='tax number')),
                ('is_small_business', models.BooleanField(default=False, verbose_name='small business without VAT')),
                ('has_xml', models.BooleanField(default=True, verbose_name='electronic invoice inside the PDF')),
                ('sends_mail', models.BooleanField(default=True, verbose_name='mail the buyer a link')),
                ('due_days', models.PositiveSmallIntegerField(default=14, verbose_name='days to pay')),
                ('footer', models.TextField(blank=True, verbose_name='text at the end')),
            ],
            options={
                'verbose_name': 'document settings',
            },
        ),
        migrations.CreateModel(
            name='DocumentTemplate',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('source', models.TextField()),
                ('first_used_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='document',
            name='invoice',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='operations.document'),
        ),
        migrations.AddField(
            model_name='document',
            name='market',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.market'),
        ),
        migrations.AddField(
            model_name='document',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='operations.order'),
        ),
        migrations.AddField(
            model_name='document',
            name='refund',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_note', to='operations.refund'),
        ),
        migrations.AddField(
            model_name='documentfailure',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='document_failures', to='operations.order'),
        ),
        migrations.AddField(
            model_name='documentfailure',
            name='refund',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='operations.refund'),
        ),
        migrations.AddField(
            model_name='documentsettings',
            name='market',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='document_settings', to='catalogue.market'),
        ),
        migrations.AddField(
            model_name='document',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='operations.documenttemplate'),
        ),
        migrations.AddConstraint(
            model_name='documentfailure',
            constraint=models.UniqueConstraint(condition=models.Q(('refund__isnull', True)), fields=('order', 'kind'), name='document_failure_once'),
        ),
        migrations.AddConstraint(
            model_name='documentfailure',
            constraint=models.UniqueConstraint(condition=models.Q(('refund__isnull', False)), fields=('refund',), name='document_failure_once_per_refund'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['-issued_at'], name='document_newest'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('series', 'position'), name='document_number_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'invoice')), fields=('order', 'round'), name='document_one_invoice_per_round'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='document_position_from_one'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('total_minor', django.db.models.expressions.CombinedExpression(models.F('net_minor'), '+', models.F('tax_minor')))), name='document_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('net_minor__gte', 0), ('tax_minor__gte', 0)), name='document_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('invoice__isnull', True), ('kind', 'invoice'), ('refund__isnull', True)), models.Q(('invoice__isnull', False), ('kind', 'credit_note')), _connector='OR'), name='document_credits_an_invoice'),
        ),
        migrations.RunPython(guard, unguard),
    ]
