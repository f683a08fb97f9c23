"""A guest for tests: does what the script in the query's text tells it, and answers all that it saw."""

import datetime
import json
import logging
import os
import random
import secrets as dice
import sys
import time
import uuid
from decimal import Decimal
from pathlib import Path

from mortise_sdk import Attributes, Geocoder, Located, Point, Query, Rejected, Retry, context, decimals, http, kv, log, plugin, secrets

BUILT = (time.time(), random.random(), uuid.uuid4())
"""A thought from the time of the build."""


@plugin
class Probe(Geocoder):
    upstream: str

    def locate(self, query: Query) -> Located:
        seen: Attributes = []
        for step in json.loads(query.text):
            answer = getattr(self, step["do"].replace("-", "_"))(step, lambda name, value: seen.append((name, str(value))))
            if answer is not None:
                return answer  # type: ignore[no-any-return]
        return Located(attributes=seen)

    def echo(self, step, say):
        say("echo", step["text"])

    def throw_error(self, step, say):
        return {}[step["text"]]

    def throw_nothing(self, step, say):
        raise AssertionError

    def exit(self, step, say):
        sys.exit(3)

    def reject(self, step, say):
        raise Rejected("不行", "no")

    def retry(self, step, say):
        raise Retry("稍后", "later", after=1.5)

    def loop(self, step, say):
        while True:
            pass

    def memory(self, step, say):
        kept = []
        while True:
            kept.append(b"x" * (1 << 20))

    def recursion(self, step, say):
        return self.recursion(step, say)

    def decimal(self, step, say):
        say("decimal", decimals.times(decimals.parse(step["text"]), Decimal("1.5")))

    def number(self, step, say):
        decimals.plus(decimals.parse("9223372036854775807"), Decimal(1))

    def answer_wrong(self, step, say):
        return Located(candidates=[Point()])  # type: ignore[list-item]

    def answer_large(self, step, say):
        return Located(attributes=[("price", Decimal(1))])  # type: ignore[list-item]

    def clock(self, step, say):
        say("date", datetime.datetime.now(datetime.timezone.utc).isoformat())
        say("day", datetime.date.today().isoformat())
        say("now", int(time.time()))
        say("moved", time.time() != BUILT[0])
        say("given", datetime.datetime.fromisoformat("1970-01-01T00:00:00").year)
        say("instance", isinstance(datetime.datetime.now(), datetime.datetime))
        say("written", time.strftime("%Y"))
        say("performance", time.perf_counter() >= 0)

    def dice(self, step, say):
        say("random", random.random() != BUILT[1] and random.random() != random.random())
        say("id", uuid.uuid4())
        say("own", random.Random().random() != random.Random().random())
        say("bytes", any(os.urandom(5000)) and any(dice.token_bytes(8)))

    def console(self, step, say):
        print("said", step["text"])
        print("written", file=sys.stderr)
        logging.getLogger("own").warning("logged %s", step["text"])
        log.error("told", with_=step["text"])

    def timer(self, step, say):
        time.sleep(0.001)

    def file(self, step, say):
        say("there", Path("/etc/passwd").exists() or os.path.exists("/"))
        say("environment", sorted(os.environ))
        return open("/etc/passwd")

    def late_import(self, step, say):
        import colorsys  # noqa: F401

    def send(self, step, say):
        try:
            answer = http.post(step.get("url") or self.upstream, json={"price": Decimal("1.50"), "text": "茶 🍵"}, bearer=secrets.placeholder("key"))
        except http.HttpError as error:
            if error.fault == "not-sent":
                raise
            say("fault", error.fault)
            return
        say("status", answer.status)
        say("body", answer.text)

    def kv(self, step, say):
        say("before", kv.get("k"))
        kv.set("k", {"text": step["text"], "price": Decimal("1.50")})
        say("after", json.dumps(kv.get("k"), ensure_ascii=False))

    def secret(self, step, say):
        say("placeholder", len(secrets.placeholder("key")) > 0)

    def context(self, step, say):
        say("context", " ".join([context.connection(), str(context.attempt()), context.locale(), context.business_date()]))
