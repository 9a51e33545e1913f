"""How far the trial of an amendment came."""

from charter.models import Amendment
from tiers.models.simulation import SimulationRun


def latest_simulation(amendment: Amendment) -> SimulationRun | None:
    """The last time that it was tried in the background, or is being tried now."""
    rows = SimulationRun.objects.filter(amendment=amendment).select_related("started_by").defer("effects")
    return rows.order_by("-started_at", "-pk").first()
