from tests.onboarding.providers import odd, reference, running_odd

__all__ = ["odd", "reference", "running_odd"]
