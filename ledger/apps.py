from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = "Ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ledger import checks, guard  # noqa: F401, PLC0415  registering them needs the app registry
        from ledger.fence import install  # noqa: PLC0415

        post_migrate.connect(install, sender=self, dispatch_uid="ledger.fence")
