"""Trying a law on history: who would have risen, stayed, fallen, been suspended or held still, had it been in force.

    standings as they were at a time ─┬▶ by the law that is to be changed ─┐
    sums, offences, words of people  ─┴▶ by the draft                     ─┴▶ what differs

Both runs begin alike and go in equal steps, by the same pure rules that decide in earnest, over what was sealed and
summed before each step. Only differences are told. It reads and never writes.
"""
