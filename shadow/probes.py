"""The kinds of question that are put to a companion by the clock."""

from django.db import models


class Probe(models.TextChoices):
    HEALTH = "health"
    DELIBERATION = "deliberation"
    SELF_VALIDATION = "self_validation"
