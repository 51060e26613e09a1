"""The server under test, and how the tests ask it."""
import http.client
import json
import os
import socket
import unittest
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
URL = urlsplit(os.environ.get("RTD_TEST_URL", "http://127.0.0.1:8080"))
LOG = os.environ.get("RTD_TEST_LOG")
JSON_TYPE = {"Content-Type": "application/json"}


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body, object_pairs_hook=without_duplicates)


def without_duplicates(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError(f"a name stands twice in {[name for name, _ in pairs]}")
    return value


def ask(method, path, query=None, body=None, headers=None):
    """`query`: a list of pairs or a dict; lists in it are repeated. `body`: bytes, or what becomes JSON."""
    target = path + ("?" + urlencode(query, doseq=True) if query else "")
    headers = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body, headers = json.dumps(body).encode(), {**JSON_TYPE, **headers}
    connection = http.client.HTTPConnection(URL.hostname, URL.port, timeout=30)
    try:
        connection.request(method, target, body=body, headers=headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def get(path, query=None, headers=None):
    return ask("GET", path, query, headers=headers)


def post(path, body, headers=None):
    return ask("POST", path, body=body, headers=headers)


def send_raw(request):
    """Sends bytes no client library would and reads the answer up to its end."""
    with socket.create_connection((URL.hostname, URL.port), timeout=30) as connection:
        try:
            connection.sendall(request)
        except OSError:
            pass  # refused before all was sent: the answer is there to be read
        response = http.client.HTTPResponse(connection)
        response.begin()
        return Answer(response.status, response.headers, response.read())


class ContractCase(unittest.TestCase):
    def assert_problem(self, answer, status, field=None, code=None):
        """The answer is a problem with its request id; `field` is among the errors, or is the only one with `code`."""
        self.assertEqual(answer.status, status, answer.body[:500])
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        problem = answer.json
        self.assertEqual(problem["status"], status)
        self.assertEqual(problem["type"], f"/problems/{problem['code']}")
        self.assertTrue(problem["request_id"])
        self.assertEqual(problem["request_id"], answer.headers["X-Request-Id"])
        errors = {error["field"]: error["code"] for error in problem.get("errors", [])}
        if field is not None:
            self.assertIn(field, errors)
        if code is not None:
            self.assertEqual(errors[field], code)
        return problem

    def found(self, path="/v1/doctors", **query):
        """The JSON of a query that is answered."""
        answer = get(path, query)
        self.assertEqual(answer.status, 200, answer.body[:500])
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        return answer.json

    def walk(self, path="/v1/doctors", **query):
        """All entries of all pages."""
        entries, cursor = [], {}
        while True:
            page = self.found(path, **query, **cursor)
            entries += page["data"]
            if page["next_cursor"] is None:
                return entries
            cursor = {"cursor": page["next_cursor"]}
