"""The law's versions as stewards read them, and scored answers as every room's pages show them."""

from charter.admin.versions import LawVersionAdmin

__all__ = ["LawVersionAdmin"]
