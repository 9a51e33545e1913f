"""What is made of times."""

import statistics
import time


def cost(work, rows):
    """CPU seconds of each row."""
    spent = []
    for row in rows:
        began = time.process_time()
        work(*row)
        spent.append(time.process_time() - began)
    return spent


def ratio_of(ours, other):
    """The median over rounds of how many rows ours reads while the other reads one."""
    return statistics.median(sum(others) / sum(own) for own, others in zip(ours, other, strict=True))


def spread(costs):
    """The median and the 95th percentile, in milliseconds."""
    ordered = sorted(costs)
    return tuple(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95))


def verdict(value, goals, *, least):
    """How a figure stands to (goal, stretch); ``least`` where more is better."""
    reached = [value >= goal if least else value <= goal for goal in goals]
    told = f"missed by {abs(value - goals[0]):.2g}"
    if reached[0]:
        told = "both reached" if reached[1] else "goal reached"
    return f"goal {goals[0]:g}, stretch {goals[1]:g}: {told}"


class Spent:
    """CPU by stage; what one stage calls another for is the other's."""

    def __init__(self):
        self.by = {}
        self._inner = [0.0]

    def timed(self, name, step):
        def run(*words, **more):
            began = time.process_time()
            self._inner.append(0.0)
            try:
                return step(*words, **more)
            finally:
                whole = time.process_time() - began
                self.by[name] = self.by.get(name, 0.0) + whole - self._inner.pop()
                self._inner[-1] += whole

        return run

    def shares(self):
        whole = sum(self.by.values()) or 1.0
        return {name: spent / whole for name, spent in self.by.items()}
