"""Doctors' verification over HTTP, with documents in moto's S3 and addresses compared with boto3's. A server, a cluster and a store of
its own. Run, in this folder: python -m unittest test_verification"""
import datetime
import pathlib
import subprocess
import sys
import time
import unittest
import urllib.request
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import boto3
from botocore.config import Config

import accounts
import support
from accounts import PASSWORD, Browser, bearer, hidden, member
from installation import BINARY, Installation
from support import ContractCase, ask, post
from test_accounts import free_port, operation
from test_openapi import mistakes, operations, resolved

ACCESS, SECRET, REGION, BUCKET = "AKIA0123456789", "se/cr+et", "af-south-1", "doctors"
PDF = b"%PDF-1.7\nnothing personal\n"
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=2))).date()
CARD = f"{TODAY.year + (TODAY.month > 3)}-03-31"
FACTS = {
    "title": "Dr", "first_names": "Nomsa", "surname": "Dube", "hpcsa_number": "mp 0123456", "category": "independent_practice",
    "card_valid_until": CARD, "specialties": ["GP"], "languages": ["en", "isiZulu"], "schemes": [], "practice_name": "Main Road Rooms",
    "practice_address": "1 Main Road", "practice_city": "Durban", "practice_province": "KwaZulu-Natal",
    "practice_location": {"lat": -29.85, "lon": 31.02}}


class Verification(ContractCase):
    @classmethod
    def setUpClass(cls):
        port = free_port()
        cls.endpoint = f"http://127.0.0.1:{port}"
        program = pathlib.Path(sys.executable).with_name("moto_server")
        cls.moto = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.moto.wait)
        cls.addClassCleanup(cls.moto.kill)
        cls.store = boto3.client(
            "s3", endpoint_url=cls.endpoint, region_name=REGION, aws_access_key_id=ACCESS, aws_secret_access_key=SECRET,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
        for _ in range(300):
            try:
                urllib.request.urlopen(cls.endpoint, timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        cls.store.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        cls.installation = Installation({
            "RTD_S3_ENDPOINT": cls.endpoint, "RTD_S3_BUCKET": BUCKET, "RTD_S3_REGION": REGION, "RTD_S3_ACCESS_KEY": ACCESS,
            "RTD_S3_SECRET_KEY": SECRET})
        cls.addClassCleanup(cls.installation.close)
        for module, name, value in [
            (support, "URL", urlsplit(cls.installation.url)), (accounts, "LOG", cls.installation.folder / "server.log")]:
            patch = mock.patch.object(module, name, value)
            patch.start()
            cls.addClassCleanup(patch.stop)
        tokens, email = member()
        cls.installation.command("grant-role", email, "administrator")
        cls.reviewer_email = email
        cls.reviewer = post("/v1/sessions", {"email": email, "password": PASSWORD}).json
        cls.seen = set()

    def send(self, method, path, body=None, tokens=None, status=None, headers=None):
        """Sends a request and holds the answer to the contract."""
        answer = ask(method, path, body=body, headers={**(headers or {}), **(bearer(tokens) if tokens else {})})
        self.hold(method, path, answer)
        if status:
            self.assertEqual(answer.status, status, answer.body[:500])
        return answer

    def hold(self, method, path, answer):
        template, described = operation(method, path)
        self.assertIn(str(answer.status), described["responses"], (method, path, answer.body[:300]))
        response = resolved(described["responses"][str(answer.status)])
        media_type = (answer.headers["Content-Type"] or "").split(";")[0]
        self.assertEqual(bool(media_type), "content" in response)
        for name, header in response.get("headers", {}).items():
            if resolved(header).get("required"):
                self.assertIn(name, answer.headers)
        if media_type == "application/json":
            self.assertEqual(mistakes(response["content"][media_type]["schema"], answer.json), [])
        self.assertIn(answer.headers["Cache-Control"], ("private, no-store", "no-store"))
        if answer.status < 400:
            self.seen.add((method.lower(), template))

    def upload(self, case, kind, tokens):
        offer = self.send("POST", f"{case}/documents", {"kind": kind, "content_type": "application/pdf", "size_bytes": len(PDF)}, tokens, 201).json
        self.assert_signed_like_boto3(offer["upload"]["url"], "put_object", {"ContentType": "application/pdf", "ContentLength": len(PDF)})
        request = urllib.request.Request(offer["upload"]["url"], data=PDF, method="PUT", headers=offer["upload"]["headers"])
        self.assertEqual(urllib.request.urlopen(request).status, 200)
        self.send("POST", f"{case}/documents/{offer['id']}/check", None, tokens, 200)
        return offer["id"]

    def assert_signed_like_boto3(self, address, method, parameters):
        """moto looks at no signature, so the server's is compared with that of AWS's own client at the same second."""
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
        now = datetime.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
        key = parts.path.removeprefix(f"/{BUCKET}/")
        with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: now):
            theirs = self.store.generate_presigned_url(method, ExpiresIn=300, Params={"Bucket": BUCKET, "Key": key, **parameters})
        self.assertEqual(query, dict(parse_qsl(urlsplit(theirs).query)))
        self.assertEqual(parts.path, urlsplit(theirs).path)

    def test_whole_way(self):
        doctor, _ = member()
        case = self.send("POST", "/v1/verifications", {"purpose": "new_profile"}, doctor, 201).headers["Location"]
        self.send("PUT", case, FACTS, doctor, 200)
        refused = self.send("POST", f"{case}/submission", None, doctor, 422)
        self.assertEqual(refused.json["code"], "verification.documents_missing")
        card = self.upload(case, "registration_card", doctor)
        self.upload(case, "identity", doctor)
        self.assertEqual(self.send("GET", "/v1/verifications", None, doctor, 200).json["data"][0]["state"], "draft")
        submitted = self.send("POST", f"{case}/submission", None, doctor, 200)
        self.assertEqual(submitted.json["facts"]["hpcsa_number"], "MP0123456")
        self.assertEqual(submitted.json["facts"]["languages"], ["en", "zu"])

        self.send("GET", "/v1/verification-queue", None, doctor, 403)
        queue = self.send("GET", "/v1/verification-queue", None, self.reviewer, 200).json["data"]
        self.assertIn(submitted.json["id"], [waiting["id"] for waiting in queue])
        document = self.send("GET", f"{case}/documents/{card}", None, self.reviewer, 200).json
        with urllib.request.urlopen(document["url"]) as read:
            self.assertEqual(read.read(), PDF)
        self.assert_signed_like_boto3(document["url"], "get_object", {
            "ResponseContentType": "application/pdf", "ResponseCacheControl": "private, no-store",
            "ResponseContentDisposition": 'attachment; filename="registration_card.pdf"'})
        tag = self.send("GET", case, None, self.reviewer, 200).headers["ETag"]
        self.send("POST", f"{case}/review", None, self.reviewer, 428)
        self.send("POST", f"{case}/review", None, self.reviewer, 412, {"If-Match": '"1"'})
        taken = self.send("POST", f"{case}/review", None, self.reviewer, 200, {"If-Match": tag})
        back = self.send("DELETE", f"{case}/review", None, self.reviewer, 200, {"If-Match": taken.headers["ETag"]})
        taken = self.send("POST", f"{case}/review", None, self.reviewer, 200, {"If-Match": back.headers["ETag"]})
        decided = self.send("POST", f"{case}/decision", {"decision": "verified"}, self.reviewer, 200, {"If-Match": taken.headers["ETag"]}).json
        self.assertEqual(decided["state"], "verified")

        profile = ask("GET", f"/v1/doctors/{decided['doctor_id']}").json
        self.assertEqual((profile["name"], profile["verification"]), ("Dr Nomsa Dube", "verified"))
        self.installation.eventually(lambda: "Dr Nomsa Dube" in self.installation.names("q=dube"))
        roles = self.send("GET", "/v1/accounts/me", None, post("/v1/tokens", {"refresh_token": doctor["refresh_token"]}).json, 200).json["roles"]
        self.assertIn("doctor", roles)
        lines = self.installation.sql(
            f"SELECT string_agg(action, ' ' ORDER BY audit_id) FROM audit_log WHERE subject = 'verification:{decided['id']}'")
        self.assertEqual(lines, "verification.document-read verification.read verification.taken verification.released verification.taken verification.verified")
        self.assertEqual(self.installation.sql(f"SELECT name FROM outbox_events WHERE subject = '{decided['id']}'"), "doctor.verification-decided")
        self.assertEqual(self.installation.sql(f"SELECT count(*) FROM doctor_accounts WHERE doctor_id = {decided['doctor_id']}"), "1")
        # nothing of the evidence is anybody's without an address
        key = self.installation.sql("SELECT object_key FROM verification_documents LIMIT 1")
        self.assertRegex(key, r"^verifications/[0-9a-f]{64}$")
        log = self.installation.log()
        for secret in (SECRET, "X-Amz-Signature", "Dube", "0123456"):
            self.assertNotIn(secret, log.replace("q=dube", ""))

        self.send("POST", "/v1/verifications", {"purpose": "new_profile"}, doctor, 409)
        change = self.send("POST", "/v1/verifications", {"purpose": "change"}, doctor, 201).headers["Location"]
        self.send("POST", f"{change}/withdrawal", None, doctor, 200)
        described = {(method, path) for method, path, described in operations() if "verifications" in described["tags"] and path.startswith("/v1")}
        self.assertEqual(described - self.seen, set())

    def test_pages(self):
        """By forms alone: a claim of a listed profile, and its decision."""
        doctor, reviewer = Browser(), Browser()
        doctor.post("/sign-up", {"email": accounts.new_email(), "password": PASSWORD})
        reviewer.post("/sign-in/password", {"email": self.reviewer_email, "password": PASSWORD})
        doctor_id = self.installation.sql("SELECT doctor_id FROM doctors WHERE display_name = 'Dr Botha'")
        page = doctor.get(f"/verification?doctor={doctor_id}")
        self.hold("GET", "/verification", page)
        self.assertIn("Claim this profile", page.body.decode())
        token = hidden(page, "form_token")

        def send(browser, path, fields, status=303):
            answer = browser.post(path, fields)
            self.hold("POST", path, answer)
            self.assertEqual(answer.status, status, answer.body[:2000])
            return answer

        send(doctor, "/verification", {"purpose": "claim", "doctor_id": doctor_id}, 403)
        send(doctor, "/verification", {"form_token": token, "purpose": "claim", "doctor_id": doctor_id})
        case = hidden(doctor.get("/verification"), "id")
        facts = {name: value for name, value in FACTS.items() if isinstance(value, str) and not name.startswith("practice")}
        facts |= {"hpcsa_number": "MP0765432", "specialties": "General practice", "id": case, "form_token": token}
        wrong = send(doctor, "/verification/facts", facts | {"surname": ""}, 400)
        self.assertIn('href="#surname"', wrong.body.decode())
        send(doctor, "/verification/facts", facts)
        for kind in ("registration_card", "identity"):
            answer = self.send_file(doctor, {"form_token": token, "id": case, "kind": kind}, PDF)
            self.assertEqual(answer.status, 303, answer.body[:2000])
        send(doctor, "/verification/submission", {"form_token": token, "id": case})
        address = f"/admin/verifications/{case}"
        queue = reviewer.get("/admin/verifications")
        self.hold("GET", "/admin/verifications", queue)
        self.assertIn(address, queue.body.decode())
        page = reviewer.get(address)
        self.hold("GET", address, page)
        send(reviewer, f"{address}/review", {"form_token": hidden(page, "form_token"), "version": "1"}, 412)
        fields = {"form_token": hidden(page, "form_token"), "version": hidden(page, "version")}
        send(reviewer, f"{address}/review", fields)
        page = reviewer.get(address)
        self.assertIn("(differs)", page.body.decode())
        fields["version"] = hidden(page, "version")
        send(reviewer, f"{address}/release", fields)
        fields["version"] = hidden(reviewer.get(address), "version")
        send(reviewer, f"{address}/review", fields)
        page = reviewer.get(address)
        fields["version"] = hidden(page, "version")
        send(reviewer, f"{address}/decision", fields | {"decision": "rejected", "reason": "other"}, 400)
        send(reviewer, f"{address}/decision", fields | {"decision": "rejected", "reason": "identity_mismatch", "note": "Please send your ID."})
        told = doctor.get("/verification").body.decode()
        self.assertIn("Please send your ID.", told)
        self.assertEqual(self.installation.sql(f"SELECT verification_state FROM doctors WHERE doctor_id = {doctor_id}"), "unverified")

    def send_file(self, browser, fields, content):
        boundary = "----boundary7MA4YWxk"
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="card.pdf"\r\nContent-Type: application/pdf\r\n\r\n'.encode())
        body = b"".join(parts) + content + f"\r\n--{boundary}--\r\n".encode()
        headers = browser.headers({"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept": "text/html"})
        answer = ask("POST", "/verification/documents", body=body, headers=headers)
        self.hold("POST", "/verification/documents", answer)
        return answer

    def test_the_largest_file_passes_and_a_larger_one_does_not(self):
        browser = Browser()
        browser.post("/sign-up", {"email": accounts.new_email(), "password": PASSWORD})
        token = hidden(browser.get("/verification"), "form_token")
        browser.post("/verification", {"form_token": token, "purpose": "new_profile"})
        fields = {"form_token": token, "id": self.installation.sql("SELECT verification_id FROM doctor_verifications ORDER BY created_at DESC LIMIT 1"), "kind": "identity"}
        largest = PDF + bytes(10_485_760 - len(PDF))
        self.assertEqual(self.send_file(browser, fields, largest).status, 303)
        self.assertEqual(self.send_file(browser, fields, largest + b"x").status, 422)
        self.assertEqual(self.send_file(browser, fields, largest + bytes(200_000)).status, 413)

    def test_half_a_store_is_refused_at_start(self):
        environment = self.installation.environment | {"RTD_S3_SECRET_KEY": ""}
        ended = subprocess.run([str(BINARY), "migrate"], env=environment, capture_output=True, text=True)
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn("RTD_S3_ENDPOINT", ended.stderr)


if __name__ == "__main__":
    unittest.main()
