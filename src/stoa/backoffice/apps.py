from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class BackofficeConfig(AppConfig):
    name = "stoa.backoffice"
    label = "backoffice"
    verbose_name = _("Back office")

    def ready(self) -> None:
        users = apps.get_app_config("wagtailusers")
        users.user_viewset = "stoa.backoffice.staff.viewset.StaffViewSet"  # type: ignore[attr-defined]
        users.group_viewset = "stoa.backoffice.staff.viewset.RolesAreCode"  # type: ignore[attr-defined]
