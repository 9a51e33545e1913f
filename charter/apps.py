from django.apps import AppConfig


class CharterConfig(AppConfig):
    name = "charter"
    verbose_name = "Charter"
    default_auto_field = "django.db.models.BigAutoField"
