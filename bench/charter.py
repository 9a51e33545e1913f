"""What the scorer ``charter`` 1 costs, beside a bare embedding and presidio's patterns over the same rows in one run.

    .venv/bin/python bench/charter.py
    PRESIDIO_PYTHON=/that/python .venv/bin/python bench/charter.py      where presidio-analyzer is installed

Rows are drawn from the templates that heads learn from, each with a prompt that no other row has, scored one by one.
Bare is ``charter.embedding``'s int8 MiniLM in one pass over the first 256 word pieces of the answer ([CLS] and [SEP]
among them), as sentence-transformers reads it; the scorer reads every window of the answer, further views of long
ones, and the prompt. Rounds alternate, CPU of this process is counted, and the median of each round's own ratio is
shown, so that a busy machine decides nothing.
"""

import argparse
import base64
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from unittest import mock

from scored.figures import Spent, cost, ratio_of, spread, verdict

ROOT = Path(__file__).resolve().parents[1]
PATTERNS = Path(__file__).parent / "scored" / "patterns.py"

SIZES = (25, 65, 150, 450)
BARE_PIECES = 256
FRESH_ROWS = 500
STARTS = 3
VETO_CAP = 30
# (goal, stretch)
RATIO, MEMORY, START = (0.36, 0.7), (500, 300), (3.0, 1.0)
STAGES = ("normalise", "rules", "views", "words", "signals", "embedding", "dense", "fusion and rest")
GET_PRESIDIO = (
    "presidio-analyzer is not here: python -m venv P, P/bin/pip install presidio-analyzer, and run this again with "
    "PRESIDIO_PYTHON=P/bin/python"
)


def main():
    options = arguments()
    if options.fresh:
        return fresh(options.fresh)
    with tempfile.TemporaryDirectory(prefix="kaizen-bench-") as home:
        surroundings(home)
        prepare_embedder()
        report(options)
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20, help="of each size to a round (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="of each, alternating (default %(default)s)")
    parser.add_argument("--fresh", metavar="DIGEST", help=argparse.SUPPRESS)
    return parser.parse_args()


def surroundings(home):
    """A data folder of our own, gone afterwards; child processes inherit it."""
    key = base64.b64encode(b"\x07" * 32).decode()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "kaizen.settings",
        "DATABASE_URL": f"sqlite:///{home}/bench.sqlite3",
        "KAIZEN_ENV": "development",
        "KAIZEN_HOME": home,
        "KAIZEN_LOG_LEVEL": "ERROR",
        **{f"KAIZEN_{name}_KEY": key for name in ("ENTRY", "ATTESTATION", "FIELD")},
    }
    django_ready()


def django_ready():
    import django  # noqa: PLC0415

    django.setup()


def prepare_embedder():
    from charter.embedding import EmbedderMissing  # noqa: PLC0415
    from charter.embedding.preparing import prepare  # noqa: PLC0415

    try:
        prepare(None, say=lambda _: None)
    except EmbedderMissing as error:
        print(f"Word heads alone: {error}")


# The report -----------------------------------------------------------------------------------------------------------


def report(options):
    whole, words = scorers()
    from scored.rows import Deck  # noqa: PLC0415

    deck = Deck()
    print(f"{options.rows} rows a round, {options.rounds} rounds; CPU a row, medians of the rounds' own ratios")
    if whole:
        embedding = bare()
        against_bare("charter 1", whole, embedding, deck, options)
        against_bare("word heads alone", words, embedding, deck, options)
    else:
        against_bare("word heads alone", words, None, deck, options)
    for name, scorer in (("charter 1", whole), ("word heads alone", words)):
        if scorer:
            by_stage(name, scorer, deck, options)
            alone(name, scorer, deck)
    against_presidio(deck, options)


def scorers():
    """The scorer with the embedder, or None where none is ready, and the one of words alone."""
    from charter.scoring.pipeline import Thresholds  # noqa: PLC0415
    from charter.scoring.registry import by_digest, kept, scorer_in_force  # noqa: PLC0415

    thresholds = Thresholds(veto_cap=VETO_CAP)
    whole = scorer_in_force("charter", "1", thresholds=thresholds)
    others = [digest for name, version, digest in kept() if (name, version) == ("charter", "1")]
    others.remove(whole.digest)
    return (whole, by_digest(others[0], thresholds=thresholds)) if others else (None, whole)


def bare():
    """One pass of the embedder over the first pieces of an answer."""
    from charter.embedding import load  # noqa: PLC0415

    embedder = load()

    def embed(response, _prompt):
        return embedder._run(embedder._cutter.cut(response).ids[: BARE_PIECES - 2])  # noqa: SLF001 - one pass has no name

    return embed


def against_bare(name, scorer, embedding, deck, options):
    ours = scoring(scorer)
    print(f"{name}:")
    for words in SIZES:
        own, other = [], []
        for step in filter(None, (ours, embedding)):
            cost(step, deck.rows(words, 2))
        for _ in range(options.rounds):
            rows = deck.rows(words, options.rows)
            own.append(cost(ours, rows))
            other.append(cost(embedding, rows) if embedding else [0.0])
        middle, high = spread([each for costs in own for each in costs])
        rate = 1 / statistics.median(sum(costs) / len(costs) for costs in own)
        line = f"  {words:3} words  p50 {middle:6.1f} ms  p95 {high:6.1f} ms  {rate:5.0f} rows a core-second"
        if embedding:
            ratio = ratio_of(own, other)
            line += f"  {ratio:5.2f} of a bare embedding  {verdict(ratio, RATIO, least=True)}"
        print(line)


def scoring(scorer):
    """One row, which must get a score: one that is left unscored costs next to nothing."""

    def score(response, prompt):
        told = scorer.score(response, prompt=prompt)
        assert told.score is not None, told.flags

    return score


def by_stage(name, scorer, deck, options):
    print(f"{name}, where the time goes:")
    for words in SIZES:
        spent = Spent()
        with ExitStack() as patches:
            for stage, owner, attribute in stages_of(scorer):
                step = spent.timed(stage, getattr(owner, attribute))
                patches.enter_context(mock.patch.object(owner, attribute, step))
            cost(scoring(scorer), deck.rows(words, options.rows))
        shares = spent.shares()
        told = ", ".join(f"{stage} {shares[stage]:.0%}" for stage in STAGES if stage in shares)
        print(f"  {words:3} words  {told}")


def stages_of(scorer):
    """Where each stage is called from."""
    from charter.heads import reader as reading  # noqa: PLC0415

    reader = scorer._readers[0]  # noqa: SLF001 - stages are measured from within
    yield "normalise", scorer, "_normalise"
    yield "rules", scorer._rule_stage, "judge"  # noqa: SLF001 - see above
    yield "views", reader, "views"
    yield from (("words", reader.lexical, "read"), ("words", reader.lexical, "logits"), ("words", reader, "_ask"))
    yield "signals", reading, "signals"
    if reader.embedder:
        yield from (("embedding", reader.embedder, "windows"), ("embedding", reader, "_opening"))
        yield "dense", reader.dense, "logits"
    yield "fusion and rest", scorer, "score"


# Fresh processes ------------------------------------------------------------------------------------------------------


def alone(name, scorer, deck):
    """Start and memory of processes that do nothing but score."""
    rows = [row for words in islice(cycle(SIZES), FRESH_ROWS) for row in deck.rows(words, 1)]
    runs = [started(scorer.digest, rows[:1]) for _ in range(STARTS - 1)]
    runs.append(started(scorer.digest, rows))
    cpu, wall = (statistics.median(run[key] for run in runs) for key in ("cpu", "wall"))
    loaded, after = runs[-1]["loaded"], runs[-1]["after"]
    print(f"{name}, a fresh process:")
    print(f"  start to first score {cpu:.2f} s CPU ({wall:.2f} s wall)  {verdict(cpu, START, least=False)}")
    print(
        f"  memory {loaded:.0f} MiB after the first row, {after:.0f} MiB after {len(rows)}  "
        f"{verdict(after, MEMORY, least=False)}"
    )


def started(digest, rows):
    """One process's own account, and how long it took to its first score by our clock."""
    again = [sys.executable, __file__, "--fresh", digest]
    began = time.monotonic()
    with subprocess.Popen(again, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        process.stdin.write(json.dumps(rows) + "\n")
        process.stdin.flush()
        first = json.loads(process.stdout.readline())
        wall = time.monotonic() - began
        last = json.loads(process.stdout.readline())
    return {"wall": wall, **first, **last}


def fresh(digest):
    """The child: score the rows of standard input, and tell CPU and memory after the first and the last."""
    rows = json.loads(sys.stdin.readline())
    django_ready()
    from charter.scoring.pipeline import Thresholds  # noqa: PLC0415
    from charter.scoring.registry import by_digest  # noqa: PLC0415

    score = scoring(by_digest(digest, thresholds=Thresholds(veto_cap=VETO_CAP)))
    for number, row in enumerate(rows):
        score(*row)
        if not number:
            print(json.dumps({"cpu": time.process_time(), "loaded": resident()}), flush=True)
    print(json.dumps({"after": resident()}), flush=True)
    return 0


def resident():
    """Memory of this process in MiB, by Linux's account."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", told, re.MULTILINE).group(1)) / 1024


# Presidio -------------------------------------------------------------------------------------------------------------


def against_presidio(deck, options):
    """Our rules for identifiers and secrets over the text as sent, against patterns over the same text."""
    python = os.environ.get("PRESIDIO_PYTHON", sys.executable)
    looks = [python, "-c", "import presidio_analyzer"]
    if subprocess.run(looks, stderr=subprocess.DEVNULL, check=False).returncode:
        print(GET_PRESIDIO)
        return
    with subprocess.Popen([python, PATTERNS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as theirs:
        known = json.loads(theirs.stdout.readline())
        print(
            f"rules for personal data against presidio-analyzer: its patterns of {known['both']} kinds that both know, "
            f"and all its {known['every']} for English:"
        )
        for words in SIZES:
            print(beside(theirs, words, deck, options))
        theirs.stdin.close()


def beside(theirs, words, deck, options):
    """Rounds of one size; the first, in which patterns are compiled, is not counted."""
    rules, own, both, every, finds = identifying(), [], [], [], [0, 0]
    for turn in range(options.rounds + 1):
        rows = deck.rows(words, options.rows)
        began = time.process_time()
        ours = sum(len(rules(*row)) for row in rows)
        spent = time.process_time() - began
        theirs.stdin.write(json.dumps([response for response, _ in rows]) + "\n")
        theirs.stdin.flush()
        (common, found), (whole, _) = json.loads(theirs.stdout.readline())
        if turn:
            own.append([spent])
            both.append([common])
            every.append([whole])
            finds = [finds[0] + ours, finds[1] + found]
    each = 1e6 * statistics.median(costs[0] for costs in own) / options.rows
    ratios = f"{ratio_of(own, both):.1f} and {ratio_of(own, every):.1f} times as fast"
    return f"  {words:3} words  ours {each:5.0f} us a row, {ratios}  (finds: {finds[0]}, and its {finds[1]})"


def identifying():
    """The rules that name a kind of personal data or secret, over one text."""
    from charter.scoring.normalise import as_sent  # noqa: PLC0415
    from charter.scoring.registry import rule_stage  # noqa: PLC0415
    from charter.scoring.shape import Clause  # noqa: PLC0415
    from charter.scoring.stages import found  # noqa: PLC0415

    rules = [rule for rule in rule_stage().rules if rule.clause is Clause.PRIVACY and rule.type]
    return lambda response, prompt: list(found(rules, as_sent(response), as_sent(prompt)))


if __name__ == "__main__":
    # Before this script's own folder, where ``charter`` would be this file.
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
