"""Judging by the law: intervals, GI, readiness. Pure: evidence and law in, verdict with reasons out."""
