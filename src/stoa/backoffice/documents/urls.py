from __future__ import annotations

from django.urls import path

from stoa.backoffice.documents import files, steps
from stoa.backoffice.documents.batches import BatchList, BatchScreen
from stoa.backoffice.documents.listing import DocumentList
from stoa.backoffice.documents.settings import Settings
from stoa.operations.documents.queries import PROFORMA

urlpatterns = [
    *DocumentList.routes("invoices/"),
    path("invoices/month.zip", files.MonthZip.as_view(), name="documents_month"),
    *BatchList.routes("invoices/batches/"),
    path("invoices/batches/<int:batch_id>/", BatchScreen.as_view(), name="document_batch"),
    path("invoices/<int:document_id>/document.pdf", files.DocumentPdf.as_view(), name="document_pdf"),
    path("invoices/<int:document_id>/document.xml", files.DocumentXml.as_view(), name="document_xml"),
    path("settings/invoices/", Settings.as_view(), name="document_settings"),
    path("orders/<int:order_id>/invoice/", steps.issue, name="order_invoice"),
    path("orders/<int:order_id>/refunds/<int:refund_id>/credit-note/", steps.credit, name="order_credit_note"),
    path("orders/<int:order_id>/invoice/calling-off/", steps.call_off, name="order_invoice_call_off"),
    path("orders/<int:order_id>/documents/<int:document_id>/mail/", steps.mail, name="order_document_mail"),
    path("orders/<int:order_id>/failures/<int:failure_id>/retry/", steps.retry, name="order_document_retry"),
    path("orders/<int:order_id>/failures/<int:failure_id>/dismissal/", steps.dismiss, name="order_document_dismiss"),
    path("orders/<int:order_id>/packing-slip.pdf", files.Draft.as_view(), name="order_packing_slip"),
    path("orders/<int:order_id>/proforma.pdf", files.Draft.as_view(kind=PROFORMA), name="order_proforma"),
]
