"""Kaizen as a stranger meets it: real processes, real databases, and nothing looked at that is not shown or stored."""
