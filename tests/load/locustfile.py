"""The article's load test, done right: streamed answers read to their end, pauses as people make them, the token from
the environment, and a table per upstream. For Locust 2.12 or newer (Debian: python3-locust).

    TAIN_TOKEN=tain-... locust -f tests/load/locustfile.py --headless -u 20 -r 5 -t 30s -H http://127.0.0.1:3000

A host that is not this machine has to be named a second time: LOAD_REMOTE=chat.example.org.
"""

import json
import os
import sys
import time
from urllib.parse import urlsplit

from locust import HttpUser, between, events, task

MODEL = os.environ.get("MODEL", "tain-demo")
TOKEN = os.environ.get("TAIN_TOKEN", "")
THINK_S = float(os.environ.get("THINK", "2"))

first_bytes = {}
failures = {}


@events.init.add_listener
def refuse_strangers(environment, **_):
    host = urlsplit(environment.host or "").hostname or ""
    is_here = host in ("localhost", "::1") or host.startswith("127.")
    if not is_here and os.environ.get("LOAD_REMOTE") != host:
        print(
            f"{host or 'Without -H, no host'} is not this machine. If it is yours and may be loaded, say so again: "
            f"LOAD_REMOTE={host}. Upstream requests cost money.",
            file=sys.stderr,
        )
        sys.exit(2)


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
            catch_response=True,
            name="chat",
        ) as response:
            upstream = response.headers.get("x-tain-upstream", "nobody") if response.headers else "nobody"
            first = None
            tail = b""
            for chunk in response.iter_content(chunk_size=None):
                first = first or time.perf_counter() - started
                tail = (tail + chunk)[-200:]
            if response.status_code != 200:
                failures[upstream] = failures.get(upstream, 0) + 1
                response.failure(f"status {response.status_code}")
            elif b"[DONE]" not in tail:
                failures[upstream] = failures.get(upstream, 0) + 1
                response.failure("cut off")
            else:
                first_bytes.setdefault(upstream, []).append((first or 0) * 1000)
                response.success()


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
