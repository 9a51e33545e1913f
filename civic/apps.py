from django.apps import AppConfig


class CivicConfig(AppConfig):
    name = "civic"
    default_auto_field = "django.db.models.BigAutoField"
