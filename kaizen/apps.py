from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class KaizenConfig(AppConfig):
    name = "kaizen"
    verbose_name = "Kaizen"

    def ready(self) -> None:
        from kaizen import celery, checks, problems  # noqa: F401, PLC0415  tasks find their app, problems their words
        from kaizen.allowance import seal_a_change  # noqa: PLC0415
        from kaizen.replaying import RULEBOOK  # noqa: PLC0415
        from kaizen.roles import make_roles  # noqa: PLC0415
        from ledger import deriving  # noqa: PLC0415

        deriving.use(RULEBOOK)
        # This app has no models, and Django sends no signal for such; that of auth comes after those of all rooms.
        post_migrate.connect(make_roles, sender=apps.get_app_config("auth"), dispatch_uid="kaizen.roles")
        post_migrate.connect(seal_a_change, sender=apps.get_app_config("auth"), dispatch_uid="kaizen.allowance")


class KaizenAdminConfig(AdminConfig):
    default_site = "kaizen.admin_site.KaizenAdminSite"
