"""What citizens and stewards say of companions: endorsements today; feedback, credits and proposals build on this.

    given ─▶ withdrawn        whenever its giver likes; it may be given anew

One endorsement of a companion stands by each person at a time. It is given and taken back in one's own name and sealed
under one's pseudonym; what it says is shown on the companion's page and is in the ledger as a salted commitment only.
This room counts what people say. Whether a companion may still be spoken for, and what follows from the counts, the
rooms above decide: it moves nobody.
"""
