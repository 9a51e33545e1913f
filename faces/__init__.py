"""How any room is shown: problem details, strict JSON, cursors, read-only admin pages, figures drawn on the server.

The ground below the rooms: it has no tables and no rules, imports no room, and is told by settings what it must know.
"""
