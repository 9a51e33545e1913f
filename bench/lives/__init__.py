"""Companions whose true quality is known, and the people about them, for ``bench/year.py``."""
