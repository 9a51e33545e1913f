"""The stewards' face of appeals: the party's words, what is contested, the sentinel's advice, the ruling."""

from appeals.admin.appeals import AppealAdmin

__all__ = ["AppealAdmin"]
