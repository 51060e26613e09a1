"""The contract is valid, its examples are true to it, and it names every route. Run: Tests/ContractTests/run URL [LOG]"""
import json
import re
import unittest
from urllib.parse import urlencode

from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from support import ROOT, ContractCase, ask, get, post

FILE = ROOT / "Sources/CContract/openapi.json"
DOCUMENT = json.loads(FILE.read_text(encoding="utf-8"))
METHODS = {"get", "post", "put", "patch", "delete"}


def operations():
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS & item.keys():
            yield method, path, item[method]


def resolved(part):
    while "$ref" in part:
        target = DOCUMENT
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part


def mistakes(schema, value):
    """What is wrong with a value; references in the schema lead into the document."""
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(value)]


def encoded(media_type, example):
    return (json.dumps(example) if media_type == "application/json" else urlencode(example)).encode()


def parts(value, place="#"):
    """Every object of the document with its place."""
    if isinstance(value, dict):
        yield place, value
        for name, member in value.items():
            if name not in ("example", "examples"):
                yield from parts(member, f"{place}/{name}")
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from parts(element, f"{place}/{index}")


class Document(unittest.TestCase):
    def test_is_valid_openapi(self):
        self.assertTrue(DOCUMENT["openapi"].startswith("3.1."))
        validate(DOCUMENT)

    def test_examples_are_valid(self):
        count = 0
        for place, part in parts(DOCUMENT):
            if "example" not in part or place.endswith("/properties"):
                continue
            count += 1
            schema = part.get("schema", {key: value for key, value in part.items() if key != "example"})
            with self.subTest(place=place):
                self.assertEqual(mistakes(schema, part["example"]), [])
        self.assertGreater(count, 40)

    def test_every_json_answer_and_body_has_an_example(self):
        for method, path, operation in operations():
            answers = [resolved(answer) for status, answer in operation["responses"].items() if status == "200"]
            for part in [*answers, operation.get("requestBody", {"content": {}})]:
                media = part["content"].get("application/json")
                if media and path != "/openapi.json":
                    with self.subTest(method=method, path=path):
                        self.assertTrue("example" in media or "example" in resolved(media["schema"]))

    def test_every_operation_tells_what_it_is(self):
        identifiers = [operation["operationId"] for _, _, operation in operations()]
        self.assertEqual(len(identifiers), len(set(identifiers)))
        for _, path, operation in operations():
            self.assertTrue(operation["summary"], path)
            for parameter in map(resolved, operation.get("parameters", [])):
                self.assertTrue(parameter["description"], f"{path} {parameter['name']}")

    def test_every_component_is_used(self):
        used = set(re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(DOCUMENT)))
        schemes = {name for _, _, operation in operations() for entry in operation.get("security", []) for name in entry}
        used |= {f"securitySchemes/{name}" for name in schemes}
        self.assertEqual(used, {f"{kind}/{name}" for kind, entries in DOCUMENT["components"].items() for name in entries})

    def test_objects_in_answers_are_closed(self):
        for place, part in parts(DOCUMENT["components"]["schemas"]):
            if part.get("type") == "object":
                with self.subTest(place=place):
                    self.assertIs(part["additionalProperties"], False)
                    self.assertLessEqual(set(part["required"]), set(part["properties"]))


class Routes(ContractCase):
    def test_every_route_is_there(self):
        """The table of who may use what names every route: another is denied, and the Swift tests compare it with the router."""
        table = (ROOT / "Sources/App/AccessRules.swift").read_text(encoding="utf-8")
        routes = {(method.lower(), re.sub(r":(\w+)", r"{\1}", path)) for method, path in re.findall(r'"([A-Z]+) (/\S*)": ', table)}
        self.assertGreater(len(routes), 50)
        self.assertEqual(routes, {(method, path) for method, path, _ in operations()})

    def test_what_needs_somebody_says_so(self):
        table = (ROOT / "Sources/App/AccessRules.swift").read_text(encoding="utf-8")
        for method, path, rule in re.findall(r'"([A-Z]+) (/\S*)": (\.\w+)', table):
            path = re.sub(r":(\w+)", r"{\1}", path)
            wanted = None if rule == ".everybody" else "bearer" if path.startswith(("/v1/", "/fhir/")) else "cookie"
            named = {name for entry in DOCUMENT["paths"][path][method.lower()].get("security", []) for name in entry}
            with self.subTest(method=method, path=path):
                self.assertEqual(named, {wanted} - {None})

    def test_the_server_serves_this_document(self):
        answer = get("/openapi.json")
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(answer.body, FILE.read_bytes())

    def sent(self, path, example):
        """An example with what only this server can give: a check and the question it asked."""
        if not path.endswith("/answers"):
            return example
        asked = self.check["question"]
        return {name: {"check": self.check["id"], "question": asked["id"], "answer": asked["options"][0]["id"]}[name] for name in example}

    def test_every_operation_answers_its_examples_as_described(self):
        self.check = post("/v1/symptom-checks", {"text": "I have stomach pain"}).json
        for method, path, operation in operations():
            if "webhooks" in path:
                continue  # test_notifications.py holds these to their description: they need a signature
            if {"accounts", "booking", "schedules", "fhir", "verifications"} & set(operation["tags"]):
                continue  # test_accounts.py, test_booking.py and test_verification.py hold these to their description: they need somebody who is signed in
            with self.subTest(method=method, path=path):
                parameters = [resolved(parameter) for parameter in operation.get("parameters", [])]
                wanted = {p["name"]: p["example"] for p in parameters if p.get("required")}
                if path == "/v1/facilities":
                    wanted["near"] = next(p["example"] for p in parameters if p["name"] == "near")
                if "symptom-checks/{id}" in path:
                    wanted["id"] = self.check["id"]
                address = re.sub(r"{(\w+)}", lambda match: wanted.pop(match[1]), path)
                for media_type, media in operation.get("requestBody", {"content": {None: None}})["content"].items():
                    body = media and encoded(media_type, self.sent(path, resolved(media["schema"])["example"]))
                    headers = {"Content-Type": media_type} if media_type else {}
                    self.assert_described(ask(method.upper(), address, wanted, body, headers), operation)

    def assert_described(self, answer, operation):
        media_type = (answer.headers["Content-Type"] or "").split(";")[0]
        described = resolved(operation["responses"][str(answer.status)])
        self.assertLess(answer.status, 400, answer.body[:300])
        self.assertEqual([media_type] if media_type else [], list(described.get("content", {})))
        for name in described["headers"]:
            self.assertIn(name, answer.headers)
        if media_type == "application/json":
            self.assertEqual(mistakes(described["content"][media_type]["schema"], answer.json), [])


if __name__ == "__main__":
    unittest.main()
