"""An HTTP server for one test: calls that an earlier test gave up may still reach theirs, and must not be in our log."""

from pytest_httpserver import HTTPServer


class QuickServer(HTTPServer):
    """Ends within a hundredth of a second, so that every test can have one of its own."""

    def thread_target(self) -> None:
        self.server.serve_forever(poll_interval=0.01)
