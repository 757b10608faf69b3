from __future__ import annotations

from django.urls import path

from stoa.backoffice.system import lists, screens

urlpatterns = [
    *lists.DeliveryList.routes("settings/events/"),
    path("settings/events/<int:delivery_id>/replay/", screens.replay, name="delivery_replay"),
    *lists.JobList.routes("settings/jobs/"),
    path("settings/jobs/<uuid:job_id>/retry/", screens.retry_job, name="job_retry"),
    *lists.MailList.routes("settings/mails/"),
    path("settings/mails/<int:mail_id>/", screens.MailScreen.as_view(), name="mail"),
    path("settings/mails/<int:mail_id>/body/", screens.MailBody.as_view(), name="mail_body"),
    path("settings/mails/<int:mail_id>/resend/", screens.resend, name="mail_resend"),
    path("settings/mail-texts/", screens.Kinds.as_view(), name="mail_kinds"),
    path("settings/mail-texts/test/", screens.TestMail.as_view(), name="mail_test"),
    path("settings/mail-texts/<slug:kind>/", screens.KindScreen.as_view(), name="mail_kind"),
    path("settings/mail-texts/<slug:kind>/body/", screens.KindBody.as_view(), name="mail_kind_body"),
    *lists.Mailbox.routes("mailbox/"),
    *lists.PaymentEventList.routes("payment-events/"),
    *lists.AuditList.routes("settings/audit/"),
]
