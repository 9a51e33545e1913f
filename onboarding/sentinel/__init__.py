"""ATLAS's built-in review (spec §4.4): deterministic, and no companion's.

    battery drawn by the review's key ─▶ asked, two at a time, in slices ─▶ every answer kept and scored at once
        ─▶ all asked, or the time is over ─▶ verdict by the law's shares, with reasons and numbers ─▶ a steward

A slice that ends early, because a worker died, because we failed or because the server asked for patience, is taken up
where it stopped. What was not scored is no evidence, and too little evidence is a person's matter.
"""
