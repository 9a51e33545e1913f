"""The room's pages for people: the desk, where stewards judge one answer at a time."""
