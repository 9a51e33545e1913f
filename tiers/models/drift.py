from django.db import models


class DriftLook(models.Model):
    """One look at all active companions for drift: how many tests were made, and what came of them.

    ``withheld`` are changed latencies that were held for our own network's: so many changed at once.
    """

    id = models.BigAutoField(primary_key=True)
    looked_at = models.DateTimeField(unique=True)
    tests = models.PositiveIntegerField(help_text="one to a companion and measure with enough on either side")
    found = models.PositiveIntegerField()
    withheld = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0, help_text="companions that went back to shadow mode")

    class Meta:
        db_table = "tiers_drift_look"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.looked_at:%Y-%m-%d %H:%M}"
