"""Fitting the heads of the charter scorer, and measuring what they are worth. Not used at run time."""
