"""What is wrong is refused, by name, in one form, and nothing of it is kept. Run: Tests/ContractTests/run URL [LOG]"""
import time
import unittest
import uuid
from pathlib import Path

from support import JSON_TYPE, LOG, ContractCase, ask, get, post, send_raw

SEARCH = "/v1/doctors/search"
NEAR = "-26.107,28.056"
MEGABYTE = 1_000_000


class QueryValues(ContractCase):
    def refused(self, field, value, path="/v1/doctors", code=None, **others):
        with self.subTest(path=path, field=field, value=str(value)[:60]):
            return self.assert_problem(get(path, {field: value, **others}), 400, field, code)

    def test_coordinates(self):
        for path in ("/v1/doctors", "/v1/facilities"):
            for near in ("nan,28", "-26,NaN", "inf,28", "-inf,28", "Infinity,1", "0x1,2", "", ",", "1", "1,2,3", "a,b", "1;2", "-26.1 28.0"):
                self.refused("near", near, path, "wrong_type")
            for near in ("90.0001,28", "-90.0001,28", "0,180.0001", "0,-180.0001", "1e9,1", "28.056,-226.107"):
                self.refused("near", near, path, "out_of_range")

    def test_edges_of_the_globe_are_accepted(self):
        for near in ("90,0", "-90,0", "0,180", "0,-180", "-0.0,0"):
            for path in ("/v1/doctors", "/v1/facilities"):
                with self.subTest(path=path, near=near):
                    self.assertEqual(get(path, {"near": near, "radius_km": 1}).status, 200)

    def test_numbers(self):
        for radius in (0, -1, 50_000, 2000.5, 0.05):
            self.refused("radius_km", radius, code="out_of_range", near=NEAR)
        for radius in ("ten", "", "nan", "inf", "1e999", "0x10", "1,5", "9" * 50):
            self.refused("radius_km", radius, code="wrong_type", near=NEAR)
        for path, low, high in (("/v1/doctors", 0, 101), ("/v1/facilities", 0, 101), ("/v1/places", 0, 21)):
            others = {"near": NEAR} if path != "/v1/places" else {"q": "sand"}
            for limit in (-1, low, high, 10**12):
                self.refused("limit", limit, path, "out_of_range", **others)
            for limit in ("abc", "", "1.5", "1e400", "９"):
                self.refused("limit", limit, path, "wrong_type", **others)
        for rating in (0.99, 5.01):
            self.refused("min_rating", rating, code="out_of_range")
        for fee in (-1, 10_000_001):
            self.refused("max_fee", fee, code="out_of_range")
        self.refused("max_fee", "R650", code="wrong_type")

    def test_words_of_a_fixed_set(self):
        for field in ("sort", "gender", "count", "facets"):
            for value in ("best", "DISTANCE", "'; drop --"):
                self.refused(field, value, code="not_allowed")
        for field in ("telehealth", "interpret", "explain"):
            for value in ("yes", "1", "TRUE", ""):
                self.refused(field, value, code="wrong_type")
        self.refused("kind", "spa", "/v1/facilities", "not_allowed", near=NEAR)

    def test_what_does_not_exist(self):
        for field in ("specialty", "scheme", "language"):
            self.refused(field, "no-such-thing")
            self.refused(field, ["en", "no-such-thing"])
        self.refused("place", "no-such-place", code="unknown_place")
        self.refused("place", "no-such-place", "/v1/facilities", "unknown_place")

    def test_times(self):
        for value in ("tomorrow", "2026-11-24", "2026-02-30T10:00:00Z", "2026-11-24T08:10:00", "2026-11-24T25:00:00Z", "", "0"):
            self.refused("available_before", value, code="wrong_type")
        for value in ("2d", "P", "PT", "P1Y", "P1M", "-P1D", "P1.5D", "PT1H1D", ""):
            self.refused("available_within", value, code="wrong_type")
        for value in ("PT0S", "PT59S", "P367D", "P999999D"):
            self.refused("available_within", value, code="out_of_range")

    def test_what_does_not_go_together(self):
        self.refused("place", "sandton", code="conflict", near=NEAR)
        self.refused("place", "sandton", "/v1/facilities", near=NEAR)
        self.refused("available_within", "P2D", code="conflict", available_before="2030-01-01T00:00:00Z")
        self.refused("radius_km", 10, code="needs_place")
        self.refused("sort", "distance", code="needs_place")
        self.refused("sort", "distance", code="needs_place", q="dermatologist")
        self.assert_problem(get("/v1/facilities"), 400, "near", "required")
        for query in ({}, {"q": ""}, {"q": " \u00a0"}):
            self.assert_problem(get("/v1/places", query), 400, "q", "required")

    def test_text_lengths(self):
        self.refused("q", "a" * 501, code="too_long")
        self.refused("q", "é" * 251, code="too_long")
        self.refused("q", "a" * 101, "/v1/places", "too_long")
        for many in (["dermatology"] * 21, [""] * 21, "," * 20):
            self.refused("specialty", many, code="too_many")
        self.assertEqual(get("/v1/doctors", {"q": "é" * 250}).status, 200)


class Parameters(ContractCase):
    PATHS = ["/v1/doctors", "/v1/doctors/1", "/v1/specialties", "/v1/languages", "/v1/schemes", "/v1/places", "/v1/places/sandton",
             "/v1/facilities", "/healthz", "/readyz", "/openapi.json"]

    def test_unknown_ones_are_named(self):
        for path in self.PATHS:
            with self.subTest(path=path):
                self.assert_problem(get(path, {"radius": 10}), 400, "radius", "unknown")
        self.assert_problem(get("/v1/doctors", {"Q": "skin"}), 400, "Q", "unknown")

    def test_each_may_be_sent_once(self):
        for query in ("limit=5&limit=5", "q=a&q=b", f"near={NEAR}&near={NEAR}", "telehealth=true&telehealth=false"):
            with self.subTest(query=query):
                self.assert_problem(get(f"/v1/doctors?{query}"), 400, query.split("=")[0], "duplicate")

    def test_everything_wrong_is_told_at_once(self):
        problem = self.assert_problem(get("/v1/doctors", {"limit": 0, "sort": "best", "colour": "red"}), 400)
        self.assertEqual({error["field"] for error in problem["errors"]}, {"limit", "sort", "colour"})

    def test_escapes_that_do_not_decode(self):
        for query, code in (("q=%FF", "not_utf8"), ("q=%C3%28", "not_utf8"), ("q=%ED%A0%80", "not_utf8"), ("q=%00", "not_utf8"),
                            ("q=%", "bad_percent_escape"), ("q=%zz", "bad_percent_escape"), ("q=100%", "bad_percent_escape")):
            with self.subTest(query=query):
                self.assert_problem(get(f"/v1/doctors?{query}"), 400, "q", code)

    def test_raw_bytes_in_the_address(self):
        for raw in (b"\xff", b"\xc3(", b"\xed\xa0\x80"):
            with self.subTest(raw=raw):
                answer = send_raw(b"GET /v1/doctors?q=" + raw + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                self.assert_problem(answer, 400)

    def test_cursors_of_elsewhere(self):
        query = {"near": NEAR, "limit": 2}
        cursor = self.found(**query)["next_cursor"]
        self.assertEqual(get("/v1/doctors", {**query, "cursor": cursor, "limit": 3}).status, 200, "another limit is allowed")
        flipped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
        middle = len(cursor) // 2
        changed = cursor[:middle] + ("A" if cursor[middle] != "A" else "B") + cursor[middle + 1:]
        for wrong in ("garbage", "", "AAAA", flipped, changed, cursor + "A", cursor[:-4], cursor.swapcase(), "é", "a" * 400):
            if wrong:
                with self.subTest(cursor=wrong):
                    self.assert_problem(get("/v1/doctors", {**query, "cursor": wrong}), 400, "cursor", "not_valid")
        for other in ({"near": "-26.108,28.056"}, {**query, "sort": "fee"}, {**query, "telehealth": "true"}, {**query, "q": "skin"}):
            with self.subTest(other=other):
                self.assert_problem(get("/v1/doctors", {**other, "cursor": cursor}), 400, "cursor", "not_valid")
        self.assert_problem(get("/v1/facilities", {"near": NEAR, "cursor": cursor}), 400, "cursor", "not_valid")
        facilities = self.found("/v1/facilities", near=NEAR, limit=2)["next_cursor"]
        self.assert_problem(get("/v1/doctors", {**query, "cursor": facilities}), 400, "cursor", "not_valid")
        self.assert_problem(get("/v1/facilities", {"near": NEAR, "kind": "clinic", "cursor": facilities}), 400, "cursor", "not_valid")
        self.assert_problem(get("/v1/doctors", {"cursor": "a" * 401}), 400, "cursor", "too_long")


class Bodies(ContractCase):
    def refused(self, body, field, code=None):
        with self.subTest(body=str(body)[:80]):
            return self.assert_problem(post(SEARCH, body), 400, field, code)

    def unreadable(self, body):
        with self.subTest(body=body[:80]):
            problem = self.assert_problem(post(SEARCH, body, JSON_TYPE), 400)
            self.assertEqual(problem["code"], "request.invalid_json")
            return problem["detail"]

    def test_wrong_types(self):
        for field, values in {
            "q": [1, True, [], {}], "limit": ["5", 1.5, True, [5]], "radius_km": ["10", [], {}], "telehealth": ["true", 1],
            "near": [NEAR, [1, 2], {}, {"lat": 1}, {"lat": 1, "lon": "2"}, {"lat": 1, "lon": 2, "alt": 3}, {"lat": None, "lon": 1}],
            "specialty": ["dermatology", [1], {"a": 1}, [None]], "facets": ["specialty"], "explain": [0], "sort": [1],
        }.items():
            for value in values:
                self.refused({"near": {"lat": 0, "lon": 0}, field: value}, field, "wrong_type")
        self.refused({"near": {"lat": 91, "lon": 0}}, "near", "out_of_range")
        self.refused({"near": {"lat": 1, "lon": 2}, "limit": 10**30}, "limit")
        self.refused({"specialty": ["no-such-thing"]}, "specialty")
        self.refused({"page": 2}, "page", "unknown")

    def test_null_is_absent_and_a_whole_number_may_have_a_point(self):
        self.assertEqual(post(SEARCH, {"q": None, "near": None, "specialty": None, "sort": None}).status, 200)
        self.assertEqual(len(post(SEARCH, b'{"limit": 3.0}', JSON_TYPE).json["data"]), 3)

    def test_what_is_not_one_json_object(self):
        self.assertIn("twice", self.unreadable(b'{"limit": 1, "limit": 100}'))
        self.assertIn("after the end", self.unreadable(b'{"limit": 1} x'))
        self.assertIn("nested", self.unreadable(b'{"q": ' + b"[" * 20 + b"]" * 20 + b"}"))
        for body in (b"", b" ", b"[]", b"null", b'"q"', b"1", b"{", b'{"q"}', b'{"q":}', b'{"q": "a",}', b"{'q': 1}", b'{"q": NaN}',
                     b'{"limit": 1e999}', b'{"limit": 01}', b'{"q": "\xff"}', b'{"q": "\\ud800"}', b'{"q": "\x01"}', b"\xef\xbb\xbf{}",
                     b"[" * 60_000):
            self.unreadable(body)

    def test_other_content_types(self):
        for sent in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
            with self.subTest(content_type=sent):
                self.assert_problem(post(SEARCH, b"{}", {"Content-Type": sent}), 415)
        self.assert_problem(ask("POST", SEARCH, body=b"{}"), 415)
        self.assertEqual(post(SEARCH, b"{}", {"Content-Type": "Application/JSON; charset=utf-8"}).status, 200)

    def test_sizes(self):
        self.assert_problem(post(SEARCH, b" " * MEGABYTE + b"{}", JSON_TYPE), 413)
        chunked = b"".join(b"10000\r\n" + b" " * 0x10000 + b"\r\n" for _ in range(4)) + b"0\r\n\r\n"
        head = f"POST {SEARCH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.assert_problem(send_raw(head.encode() + chunked), 413)
        self.assertEqual(post(SEARCH, b" " * 65_534 + b"{}", JSON_TYPE).status, 200)


class Addresses(ContractCase):
    def test_unknown_ones(self):
        for path in ("/v1", "/v1/", "/v1/nothing", "/v1/doctors/1/reviews", "/v2/doctors", "/nothing", "/.env", "/%2e%2e/etc/passwd"):
            with self.subTest(path=path):
                self.assert_problem(get(path), 404)

    def test_ids(self):
        for wrong in ("abc", "1.5", "-1", "+1", "0", "1e3", "0x1", "%20", "1%00", "９", "99999999999999999999", "9" * 400, "'--", "1;2"):
            path = f"/v1/doctors/{wrong}" if wrong != "９" else "/v1/doctors/%EF%BC%99"
            with self.subTest(path=path[:60]):
                self.assert_problem(get(path), 400, "id")
        for missing in (2**63 - 1, 10**15):
            self.assert_problem(get(f"/v1/doctors/{missing}"), 404)

    def test_place_slugs(self):
        for slug in ("no-such-place", "Sandton", "a" * 2000, "%FF", "%00", "..", "%27--"):
            with self.subTest(slug=slug[:40]):
                answer = get(f"/v1/places/{slug}")
                self.assertIn(answer.status, (400, 404))
                self.assert_problem(answer, answer.status)

    def test_wrong_methods(self):
        for path, allow in (("/v1/doctors", "GET, HEAD, OPTIONS"), (SEARCH, "OPTIONS, POST"), ("/healthz", "GET, HEAD, OPTIONS")):
            wrong = {"DELETE", "PUT", "PATCH", "POST", "GET", "TRACE", "PROPFIND"} - set(allow.split(", "))
            for method in sorted(wrong - ({"GET"} if path == SEARCH else set())):
                with self.subTest(method=method, path=path):
                    answer = ask(method, path)
                    self.assert_problem(answer, 405)
                    self.assertEqual(answer.headers["Allow"], allow)

    def test_head_and_options(self):
        for path in ("/v1/doctors", "/v1/doctors/1", "/v1/specialties", "/healthz"):
            with self.subTest(path=path):
                full, head = get(path), ask("HEAD", path)
                self.assertEqual((head.status, head.body), (200, b""))
                self.assertEqual(head.headers["Content-Type"], full.headers["Content-Type"])
                self.assertEqual(head.headers["ETag"], full.headers["ETag"])
                options = ask("OPTIONS", path)
                self.assertEqual((options.status, options.body, options.headers["Allow"]), (204, b"", "GET, HEAD, OPTIONS"))
        self.assertEqual(ask("HEAD", "/v1/doctors", {"limit": 0}).status, 400)

    def test_long_ones(self):
        answer = send_raw(b"GET /v1/doctors?q=" + b"a" * MEGABYTE + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assert_problem(answer, 414)

    def test_header_floods(self):
        many = b"".join(b"X-Flood-%d: 1\r\n" % number for number in range(50_000))
        for headers in (b"X-Flood: " + b"a" * MEGABYTE + b"\r\n", many):
            self.assert_problem(send_raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n"), 431)

    def test_what_is_not_http(self):
        for request in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GARBAGE\r\n\r\n",
                        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"):
            with self.subTest(request=request[:20]):
                self.assert_problem(send_raw(request), 400)


class RequestIDs(ContractCase):
    def test_a_well_formed_one_is_kept(self):
        for sent in ("abc", "A" * 64, "7f-1_2.3", str(uuid.uuid4())):
            self.assertEqual(get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"], sent)
            self.assertEqual(self.assert_problem(get("/v1/nothing", headers={"X-Request-Id": sent}), 404)["request_id"], sent)

    def test_any_other_is_replaced(self):
        for sent in ("", "a b", "a" * 65, "<script>", "a\tb", "\u00e9"):
            with self.subTest(sent=sent):
                kept = get("/healthz", headers={"X-Request-Id": sent.encode("latin-1")}).headers["X-Request-Id"]
                self.assertRegex(kept, r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")

    def test_each_request_has_its_own(self):
        self.assertEqual(len({get("/healthz").headers["X-Request-Id"] for _ in range(20)}), 20)


@unittest.skipUnless(LOG, "the server's log is not given")
class Log(ContractCase):
    def test_words_and_places_are_never_written(self):
        secret, request = f"haemorrhoids{uuid.uuid4().hex}", f"log-{uuid.uuid4().hex}"
        headers = {"X-Request-Id": request}
        asked = [
            get("/v1/doctors", {"q": secret, "near": "-26.10771,28.05663"}, headers),
            get("/v1/doctors", {secret: "1"}, headers),
            get("/v1/doctors", {"limit": secret}, headers),
            get("/v1/places", {"q": secret}, headers),
            get(f"/{secret}", headers=headers),
            get(f"/v1/places/{secret}", headers=headers),
            post(SEARCH, {"q": secret}, headers),
            post(SEARCH, f'{{"{secret}": 1, "{secret}": 2}}'.encode(), {**JSON_TYPE, **headers}),
            send_raw(f"GET /v1/doctors?q={secret} HTTP/9.9\r\nX-Request-Id: {request}\r\n\r\n".encode()),
        ]
        self.assertTrue(all(answer.status < 500 for answer in asked))
        log = self.log_with(request, lines=len(asked) - 1)
        for private in (secret, "26.10771", "28.05663"):
            self.assertNotIn(private, log)

    def log_with(self, request, lines):
        deadline = time.monotonic() + 5
        while True:
            log = Path(LOG).read_text(encoding="utf-8", errors="replace")
            if log.count(request) >= lines:
                return log
            self.assertLess(time.monotonic(), deadline, "the requests are not in the log")
            time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
