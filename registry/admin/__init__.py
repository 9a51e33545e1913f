"""The stewards' face of the roll of names, and the desk: what every room's page of decisions is made of."""

from registry.admin.keys import CredentialAdmin
from registry.admin.people import PersonAdmin
from registry.admin.providers import ProviderAdmin

__all__ = ["CredentialAdmin", "PersonAdmin", "ProviderAdmin"]
