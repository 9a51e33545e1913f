"""OpenAI-compatible servers as llama.cpp's server and vLLM document theirs: nothing in them knows Kaizen.

Each has its own manner of keys, errors, unknown models, usage and content; each answers any prompt with one sentence.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-local-7f3a9c"
MODEL = "qwen2.5-7b-instruct"
SAID = "I would weigh what each person affected needs, say openly what I do not know, and leave the decision to them."


class Server:
    """One server on loopback; ``manner`` makes the body of an answer, ``tail`` is the one path that it has."""

    def __init__(self, manner, *, tail, error):
        self.tail, self.asked = tail, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                found = {"/health": {"status": "ok"}, "/v1/models": {"object": "list", "data": [{"id": MODEL}]}}
                self._say(200, found[self.path]) if self.path in found else self._say(404, error("Not Found", 404))

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                outer.asked.append(body)
                if self.headers.get("Authorization") != f"Bearer {KEY}":
                    self._say(401, error("Invalid API Key", 401))
                elif self.path != tail:
                    self._say(404, error("File Not Found", 404))
                elif body.get("model") != MODEL:
                    self._say(404, error(f"The model `{body.get('model')}` does not exist.", 404))
                else:
                    self._say(200, manner(body))

            def _say(self, status, document):
                told = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(told)))
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}{self.tail}"

    def close(self):
        self.http.shutdown()
        self.http.server_close()


def _llama_error(message, code):
    kinds = {401: "authentication_error", 404: "not_found_error"}
    return {"error": {"code": code, "message": message, "type": kinds[code]}}


def _vllm_error(message, code):
    return {"object": "error", "message": message, "type": "NotFoundError", "param": None, "code": code}


def llama_chat(_body):
    """llama.cpp: timings beside usage, a file name as the model."""
    return {
        "choices": [{"finish_reason": "stop", "index": 0, "message": {"role": "assistant", "content": SAID}}],
        "created": int(time.time()),
        "model": "qwen2.5-7b-instruct-q4_k_m.gguf",
        "system_fingerprint": "b4719-19d3c829",
        "object": "chat.completion",
        "usage": {"completion_tokens": 24, "prompt_tokens": 51, "total_tokens": 75},
        "id": "chatcmpl-ATHpS2cWKW",
        "timings": {"prompt_n": 51, "prompt_ms": 31.2, "predicted_n": 24, "predicted_per_second": 88.31},
    }


def vllm_chat(_body):
    """vLLM: many fields that are null, no usage detail."""
    message = {"role": "assistant", "content": SAID, "reasoning_content": None, "tool_calls": [], "refusal": None}
    return {
        "id": "chatcmpl-6f0e",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop", "stop_reason": None}],
        "usage": {"prompt_tokens": 44, "total_tokens": 66, "completion_tokens": 22, "prompt_tokens_details": None},
        "prompt_logprobs": None,
        "kv_transfer_params": None,
    }


def parts_chat(_body):
    """A gateway: content as parts, no usage, no id."""
    half = len(SAID) // 2
    parts = [{"type": "text", "text": SAID[:half]}, {"type": "text", "text": SAID[half:]}]
    return {"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": parts}}]}


def completions(body):
    """The older kind: text, usage null."""
    del body
    choice = {"text": f"\n\n{SAID}", "index": 0, "logprobs": None, "finish_reason": "length"}
    return {
        "id": "cmpl-1",
        "object": "text_completion",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
        "usage": None,
    }


def every_kind():
    chat = "/v1/chat/completions"
    return {
        "llama": Server(llama_chat, tail=chat, error=_llama_error),
        "vllm": Server(vllm_chat, tail=chat, error=_vllm_error),
        "parts": Server(parts_chat, tail=chat, error=_llama_error),
        "completions": Server(completions, tail="/v1/completions", error=_vllm_error),
    }
