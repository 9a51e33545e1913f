"""What pages draw: plain frozen view models and the geometry of their SVG.

A room fills one of these from its rows and hands it to a template tag of ``faces``
(``{% criterion line %}``); nothing here knows a model, a request or the law. Verdicts come as words (``pass``,
``inconclusive``, ``fail``, ``unknown``, ``frozen``), numbers as Decimal, times as aware datetimes, colours as classes.

    amounts      numbers, shares, spans and times in words       strip    the states of a lifecycle, left to right
    marks        a verdict's glyph and word                      gi       the five parts of GI, and its trend
    criterion    threshold, interval and value on one line       ladder   the four tiers
    answer       a text with its scored words marked             records  history, queue, problems
    course       measures over time, and what happened           window   a span of time, and what remains of it
"""
