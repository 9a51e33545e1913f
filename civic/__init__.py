"""What citizens and stewards say of companions: endorsements today; feedback, credits and proposals build on this.

One endorsement of a companion stands by each person at a time, until whoever gave it takes it back.
"""
