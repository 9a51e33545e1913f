from django.apps import AppConfig


class TiersConfig(AppConfig):
    name = "tiers"
    verbose_name = "Standing"
    default_auto_field = "django.db.models.BigAutoField"
