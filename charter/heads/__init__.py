"""The statistical heads of the charter scorer: fitted weights, and the arithmetic that runs them. numpy alone.

    answer ─▶ views (whole, packed, unrepeated, extract) ─▶ lexical logits (TF-IDF) ┐
                                                          └▶ dense logits (vectors) ┴▶ fused, calibrated ─▶ shares

``targets`` names what is judged. ``weights`` reads the fitted arrays by their digests, ``vectoriser`` and ``lexical``
are the TF-IDF half, ``dense`` the half over sentence embeddings, ``views`` what is read of an answer, ``signals`` the
numbers that rules and context add, ``fusion`` joins and calibrates. ``charter.training`` fits all of it.
"""
