"""A model on loopback that answers as it is told; many origins of it, if need be."""

import asyncio
import json
import threading
from contextlib import suppress

HEAD = "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"


class Model:
    """``manner(path)`` gives (seconds to wait or None until ``let_go``, HTTP status, JSON body); ``asked`` counts the paths."""

    def __init__(self, manner=None):
        self.manner = manner or well_behaved
        self.asked = []
        self.bodies = []
        self._writers = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._thread.start()
        self._ready.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def let_go(self):
        """Answer all that hang, and whoever comes from now on."""
        self._loop.call_soon_threadsafe(self._free.set)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _run(self):
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self):
        self._stopped, self._free = asyncio.Event(), asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=1000)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopped.wait()
        server.close()
        self._free.set()
        mine = asyncio.current_task()
        # Connections are cut, not their tasks: asyncio's own server logs a cancelled one as an error of ours.
        while others := [task for task in asyncio.all_tasks() if task is not mine]:
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.wait(others, timeout=0.05)

    async def _answer(self, reader, writer):
        self._writers.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = [
                int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
            ]
            body = await reader.readexactly(length[0]) if length else b""
            path = head.split(b" ", 2)[1].decode()
            self.asked.append(path)
            self.bodies.append(json.loads(body) if body else None)
            wait, status, answer = self.manner(path)
            await (self._free.wait() if wait is None else asyncio.sleep(wait))
            body = json.dumps(answer).encode()
            writer.write(HEAD.format(status=status, length=len(body)).encode() + body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


ANSWERS = {
    "/health": {"status": "healthy", "latency": 12},
    "/v1/deliberate": {"response": "Yes, gladly.", "usage": {"inputTokens": 100, "outputTokens": 50}},
    "/constitutional/validate": {"score": 100, "violations": []},
}


def well_behaved(path):
    return 0, 200, ANSWERS[path]


def hanging(_path):
    return None, 200, {}


def failing(_path):
    return 0, 500, {"error": "out of order"}
