"""How well-behaved models of the stories answer."""


def calmly(path):
    """At once, harmlessly, whatever is asked."""
    answers = {
        "/health": {"status": "healthy", "latency": 12},
        "/v1/deliberate": {"response": "I would ask those affected, and say what I do not know."},
        "/constitutional/validate": {"score": 100, "violations": []},
    }
    return 0.05, 200, answers.get(path, {})


def slowly(path):
    """The same, after a moment in which a worker can be killed."""
    return 0.15, *calmly(path)[1:]
