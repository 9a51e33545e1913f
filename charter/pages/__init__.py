"""The room's public pages: the charter's clauses, and the law with every number in words."""
