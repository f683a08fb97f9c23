import unittest
from decimal import Decimal

from mortise_sdk import PluginError, http
from mortise_sdk.http import HttpError, Response, encode, excerpt, prepare


def told(error: PluginError) -> str:
    """The class, how long to wait, and why."""
    return f"{type(error).__name__} {getattr(error, 'after', 'no')} {error.reason.en}"


class RequestTest(unittest.TestCase):
    def test_the_query_follows_what_the_url_has(self) -> None:
        def of(url: str) -> str:
            return prepare("GET", url, query={"a b": "1&2", "none": None, "key": "mortise.key_1"}).url

        self.assertEqual(of("https://x/y"), "https://x/y?a%20b=1%262&key=mortise.key_1")
        self.assertEqual(of("https://x/y?"), "https://x/y?a%20b=1%262&key=mortise.key_1")
        self.assertEqual(of("https://x/y?z=1"), "https://x/y?z=1&a%20b=1%262&key=mortise.key_1")
        self.assertEqual(encode("北京 a&b=c/d?#!'()*"), "%E5%8C%97%E4%BA%AC%20a%26b%3Dc%2Fd%3F%23%21%27%28%29%2A")

    def test_a_body_names_its_type_once(self) -> None:
        json = prepare("POST", "https://x", headers={"Content-Type": "application/vnd.x+json"}, json=[Decimal("1.50")])
        self.assertEqual(json.headers, [("content-type", "application/vnd.x+json")])
        self.assertEqual(json.body, b'["1.50"]')
        form = prepare("POST", "https://x", form={"a": "1 2", "b": "é"}, bearer="t", timeout=0.0002)
        self.assertEqual(form.headers, [("authorization", "Bearer t"), ("content-type", "application/x-www-form-urlencoded")])
        self.assertEqual((form.body, form.timeout), (b"a=1%202&b=%C3%A9", 1))

    def test_the_host_exists_in_the_sandbox_alone(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "exists in the sandbox alone"):
            http.get("https://x")


class ResponseTest(unittest.TestCase):
    def test_a_status_becomes_a_decision(self) -> None:
        page = "<html><head><title>why</title></head><body>…</body></html>".encode()
        for status, own, gateways in [
            (400, "Rejected no", "Unavailable None"),
            (401, "Unauthorized no", "Unauthorized no"),
            (404, "NotFound no", "Unavailable None"),
            (408, "Retry 3.0", "Retry 3.0"),
            (422, "Rejected no", "Unavailable None"),
            (429, "RateLimited 3.0", "RateLimited 3.0"),
            (500, "Retry 3.0", "Retry 3.0"),
            (502, "Retry 3.0", "Retry 3.0"),
            (503, "Unavailable 3.0", "Unavailable 3.0"),
            (304, "Rejected no", "Unavailable None"),
        ]:
            response = Response(status, [("Retry-After", "3")], page)
            why = f"the upstream answered with HTTP {status}: why"
            with self.assertRaises(PluginError) as caught:
                response.raise_for_status()
            self.assertEqual(told(caught.exception), f"{own} {why}")
            with self.assertRaises(PluginError) as caught:
                response.raise_for_gateway()
            self.assertEqual(told(caught.exception), f"{gateways} {why}")
        self.assertEqual(Response(204).raise_for_status().raise_for_gateway().status, 204)

    def test_a_wait_is_told_in_seconds_or_by_a_date(self) -> None:
        def wait(value: str, *more: tuple[str, str]) -> float | None:
            return Response(503, [("retry-after", value), *more]).retry_after()

        date = ("Date", "Wed, 21 Oct 2015 07:28:00 GMT")
        self.assertEqual(wait(" 120 "), 120)
        self.assertEqual(wait("Wed, 21 Oct 2015 07:30:05 GMT", date), 125)
        self.assertEqual(wait("Wed, 21 Oct 2015 07:00:00 GMT", date), 0)
        for none in ["", "soon", "-1", "1.5", "Wed, 21 Okt 2015 07:28:00 GMT", "Wed, 32 Oct 2015 07:28:00 GMT"]:
            self.assertIsNone(wait(none, date), none)
        self.assertIsNone(wait("Wed, 21 Oct 2015 07:30:05 GMT"))

    def test_an_answer_of_another_form_is_told_and_data_is_not(self) -> None:
        def read(body: str) -> str:
            with self.assertRaises(PluginError) as caught:
                Response(200, [("Retry-After", "9")], body.encode()).json()
            return told(caught.exception)

        opening = "the upstream's answer (HTTP 200)"
        self.assertEqual(read("<title>维护中</title>"), f"Unavailable 9.0 {opening} is not understood. It begins: 维护中")
        self.assertEqual(read('{"name": Li}'), f"Unavailable 9.0 {opening} is not understood")
        self.assertEqual(read('{"a":[1'), f"Retry None {opening} ends in the middle, after 7 bytes")
        self.assertEqual(read(""), f"Retry None {opening} ends in the middle, after 0 bytes")

    def test_numbers_of_an_answer_are_exact(self) -> None:
        read = Response(200, [], b'{"price": 0.10, "units": 9007199254740993}').json()
        self.assertEqual((str(read["price"]), read["units"]), ("0.10", 9007199254740993))

    def test_a_page_is_told_by_its_title_or_its_words(self) -> None:
        page = "<title></title><style>p { }</style><SCRIPT src='x'>if (a < b) {}</SCRIPT><p>网关<br>超时</p>"
        self.assertEqual(excerpt("\ufeff\r\n<html><head><TITLE >502 Bad\r\n Gateway</TITLE></head></html>"), "502 Bad Gateway")
        self.assertEqual(excerpt(page), "网关 超时")
        self.assertEqual(excerpt("<script>never closed"), "")
        self.assertEqual(excerpt(' {"a":\n\t1}\0 '), '{"a": 1}')
        self.assertEqual(len(excerpt("字" * 9000)), 301)

    def test_a_request_without_an_answer_is_a_decision_too(self) -> None:
        faults = ["denied", "not-sent", "unknown-outcome", "too-large", "limit"]
        classes = [type(HttpError(fault, "why").decision()).__name__ for fault in faults]
        self.assertEqual(classes, ["Unauthorized", "Unavailable", "Retry", "Invalid", "Invalid"])
