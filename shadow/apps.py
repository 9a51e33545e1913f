from django.apps import AppConfig


class ShadowConfig(AppConfig):
    name = "shadow"
    verbose_name = "Shadow"
    default_auto_field = "django.db.models.BigAutoField"
