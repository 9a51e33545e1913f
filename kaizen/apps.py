from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class KaizenConfig(AppConfig):
    name = "kaizen"
    verbose_name = "Kaizen"

    def ready(self) -> None:
        from kaizen import problems  # noqa: F401, PLC0415  registering needs the app registry
        from kaizen.roles import make_roles  # noqa: PLC0415

        post_migrate.connect(make_roles, sender=self, dispatch_uid="kaizen.roles")


class KaizenAdminConfig(AdminConfig):
    default_site = "kaizen.admin_site.KaizenAdminSite"
