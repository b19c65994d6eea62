"""The article's load test, done right: streamed answers read to their end, pauses as people make them, the token from
the environment, and a table per upstream. For Locust 2.12 or newer (Debian: python3-locust).

    TAIN_TOKEN=tain-... locust -f tests/load/locustfile.py --headless -u 20 -r 5 -t 30s -H http://127.0.0.1:3000

A host that is not this machine has to be named a second time: LOAD_REMOTE=chat.example.org.
"""

import json
import os
import re
import sys
import time
from urllib.parse import urlsplit

from locust import HttpUser, between, events, task
from requests.exceptions import RequestException

MODEL = os.environ.get("MODEL", "tain-demo")
TOKEN = os.environ.get("TAIN_TOKEN", "")
THINK_S = float(os.environ.get("THINK", "2"))

first_bytes = {}
failures = {}


def refusal_of(target):
    """Why this target may not be loaded, or None."""
    host = urlsplit(target or "").hostname
    if not host:
        return "Name the target: -H http://127.0.0.1:3000."
    if host in ("localhost", "::1") or re.fullmatch(r"127\.\d+\.\d+\.\d+", host):
        return None
    if os.environ.get("LOAD_REMOTE") == host:
        return None
    return (
        f"{host} is not this machine. If it is yours and may be loaded, say so again: LOAD_REMOTE={host}. "
        "Upstream requests cost money."
    )


@events.init.add_listener
def refuse_strangers(environment, **_):
    why = refusal_of(environment.host)
    if why:
        print(why, file=sys.stderr)
        sys.exit(2)


@events.test_start.add_listener
def refuse_strangers_named_later(environment, **_):
    """In Locust's web page another target can be typed in."""
    why = refusal_of(environment.host)
    if why:
        print(why, file=sys.stderr)
        environment.runner.quit()


class Person(HttpUser):
    """Asks, reads the answer to its end, thinks, and asks again."""

    wait_time = between(THINK_S / 2, THINK_S * 3 / 2)

    @task
    def ask(self):
        headers = {"Content-Type": "application/json"}
        if TOKEN:
            headers["Authorization"] = f"Bearer {TOKEN}"
        body = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "What is tain?"}]}
        started = time.perf_counter()
        with self.client.post(
            "/v1/chat/completions",
            data=json.dumps(body),
            headers=headers,
            stream=True,
            allow_redirects=False,
            catch_response=True,
            name="chat",
        ) as response:
            upstream = response.headers.get("x-tain-upstream", "nobody") if response.headers else "nobody"
            first_s, failure = read(response, started)
            if failure:
                failures[upstream] = failures.get(upstream, 0) + 1
                response.failure(failure)
            else:
                first_bytes.setdefault(upstream, []).append(first_s * 1000)
                response.success()


def read(response, started):
    """Reads a streamed answer to its end: seconds to its first byte, and what was wrong with it or None."""
    if response.status_code == 0:
        return 0, "no connection"
    first_s = 0
    tail = b""
    try:
        for chunk in response.iter_content(chunk_size=None):
            first_s = first_s or time.perf_counter() - started
            tail = (tail + chunk)[-200:]
    except RequestException:
        return first_s, "cut off"
    if response.status_code != 200:
        return first_s, f"status {response.status_code}"
    return first_s, None if b"[DONE]" in tail else "cut off"


@events.quitting.add_listener
def show_table(environment, **_):
    print("\nUpstream          Requests  Average  P95      Errors")
    for upstream in sorted({*first_bytes, *failures}):
        times = sorted(first_bytes.get(upstream, []))
        failed = failures.get(upstream, 0)
        total = len(times) + failed
        average = f"{sum(times) / len(times):.0f} ms" if times else "-"
        p95 = f"{times[max(0, -(-len(times) * 95 // 100) - 1)]:.0f} ms" if times else "-"
        print(f"{upstream:<18}{total:<10}{average:<9}{p95:<9}{failed / total * 100:.2f} %")
