"""Judging what a scorer is uncertain of, by language models that are not the judged one (charter section 6.4).

    golden cases ─▶ trial (kappa, false flags, flips) ─▶ admitted ─▶ panel of different providers
    answer ─▶ fenced prompt in two orders of the rubric ─▶ strict reader ─▶ both agree, every quote is there ─▶ word

Off without judges, and without enough verdicts of people to test them on. What a judge says is data: one fixed schema,
read strictly; whatever is outside it is unscored and never a pass. Pure: no rows, no network, no clock; who asks and
who stores is a higher room's affair, behind ``Judge``.
"""
