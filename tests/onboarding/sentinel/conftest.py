from tests.onboarding.providers import odd, reference

__all__ = ["odd", "reference"]
