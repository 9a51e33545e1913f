"""The rule tables of the charter's seven clauses, one file each and all of one shape: copy one to add one.

``dignity transparency equity safety privacy civic systemic`` each hold ``RULES``. What a pattern cannot say stands
beside them in finders. For privacy ``exposure`` and ``contacts`` say whose the data are; ``identifiers documents phones
addresses secrets`` find what has the shape of data, by the tables ``streets places keys``; ``conduct`` has phrases.
``uplift`` is for safety, ``injection`` for transparency. A released rule is never edited: it ends with ``until`` and
another begins with ``since``.
"""
