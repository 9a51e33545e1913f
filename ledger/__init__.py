"""What was decided, by whom, under which law, and why.

    decide ─▶ lock ─▶ may it? ─▶ effect ─▶ move ─▶ Decision ─▶ entry signed ─▶ leaf, the last statement before COMMIT

An entry is RFC 8785 JSON, signed, hashed as an RFC 6962 leaf; its index is given inside the decision's own transaction.
This room knows no subject: it seals what higher rooms decide, and never edits, drops or reorders what it sealed.
Read ``decisions`` first, then ``sealing``.
"""
