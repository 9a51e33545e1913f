from django.apps import AppConfig


class ShadowConfig(AppConfig):
    name = "shadow"
    verbose_name = "Shadow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shadow import checks  # noqa: F401, PLC0415  registering them needs the app registry
