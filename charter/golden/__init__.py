"""The golden set: answers that people judged, and what can be measured by them.

    an answer of the desk ─▶ GoldenAnswer ─▶ GoldenVerdict (one per person) ─▶ the majority's word

Scorers, judges and people are compared on it. What comes to the desk is mostly what the scorer was uncertain of, so no
figure taken from it says how a scorer does on ordinary answers, unless it keeps to the ones drawn at random.
"""
