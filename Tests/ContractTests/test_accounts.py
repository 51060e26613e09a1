"""Accounts over HTTP: every operation as the contract describes it, and signing in with a real OpenID Connect provider and
hand-made keys. Run: Tests/ContractTests/run URL LOG"""
import base64
import hashlib
import hmac
import json
import re
import socket
import subprocess
import sys
import threading
import time
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import support
from accounts import PASSWORD, Browser, bearer, hidden, member, new_email, new_phone, sent_code, sign_up
from installation import Installation
from support import LOG, ContractCase, ask, post
from test_openapi import DOCUMENT, mistakes, operations, resolved

SEEN = set()


def operation(method, path):
    """The operation of the contract that a request goes to."""
    path = path.partition("?")[0]
    for template in sorted(DOCUMENT["paths"], key=lambda written: written.count("{")):
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path) and method.lower() in DOCUMENT["paths"][template]:
            return template, DOCUMENT["paths"][template][method.lower()]
    raise AssertionError(f"{method} {path} is not in the contract")


def totp(secret, at=None):
    """RFC 6238, written apart from the server's."""
    step = int((at or time.time()) // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset:offset + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


@unittest.skipUnless(LOG, "codes are read from the server's log: RTD_TEST_LOG")
class Described(ContractCase):
    def send(self, method, path, body=None, tokens=None, status=None, headers=None, browser=None):
        """Sends a request and holds the answer to the contract."""
        if browser:
            answer = browser.post(path, body) if method == "POST" else browser.get(path)
        else:
            answer = ask(method, path, body=body, headers={**(headers or {}), **(bearer(tokens) if tokens else {})})
        template, described = operation(method, path)
        with self.subTest(method=method, path=template):
            self.assertIn(str(answer.status), described["responses"], answer.body[:300])
            response = resolved(described["responses"][str(answer.status)])
            for name, header in response.get("headers", {}).items():
                if resolved(header).get("required"):
                    self.assertIn(name, answer.headers)
            media_type = (answer.headers["Content-Type"] or "").split(";")[0]
            self.assertEqual(bool(media_type), "content" in response)
            if media_type == "application/json":
                self.assertEqual(mistakes(response["content"][media_type]["schema"], answer.json), [])
            if status:
                self.assertEqual(answer.status, status, answer.body[:500])
        if answer.status < 400:
            SEEN.add((method.lower(), template))
        self.assertIn(answer.headers["Cache-Control"], ("private, no-store", "no-store"))
        return answer

    def test_api(self):
        email = new_email()
        tokens = self.send("POST", "/v1/accounts", {"email": email, "password": PASSWORD, "display_name": "Ann Mokoena"}, status=201).json
        self.assertEqual(self.send("GET", "/v1/accounts/me", tokens=tokens).json["email_verified"], False)
        sent = self.send("POST", "/v1/accounts/me/verifications", {"email": email}, tokens, 202).json
        path = f"/v1/accounts/me/verifications/{sent['challenge_id']}/confirmation"
        self.send("POST", path, {"code": "000000"}, tokens, 401)
        time.sleep(0.2)
        self.send("POST", path, {"code": sent_code(email)}, tokens, 204)
        self.send("POST", "/v1/sessions", {"email": email, "password": PASSWORD}, status=201)
        self.send("POST", "/v1/sessions", {"email": email, "password": "wrong wrong wrong"}, status=401)
        self.send("POST", "/v1/sessions", {"email": email}, status=400)
        self.send("PUT", "/v1/accounts/me/password", {"current_password": "wrong wrong wrong", "password": "four green kettles"}, tokens, 422)
        self.send("PUT", "/v1/accounts/me/password", {"current_password": PASSWORD, "password": "four green kettles"}, tokens, 204)
        renewed = self.send("POST", "/v1/tokens", {"refresh_token": tokens["refresh_token"]}, status=200).json
        self.send("POST", "/v1/tokens", {"refresh_token": "none"}, status=401)
        reset = self.send("POST", "/v1/password-resets", {"email": email}, status=202).json
        time.sleep(0.2)
        path = f"/v1/password-resets/{reset['challenge_id']}/confirmation"
        self.send("POST", path, {"code": "x", "password": PASSWORD}, status=401)
        self.send("POST", path, {"code": sent_code(email), "password": PASSWORD}, status=204)
        self.send("GET", "/v1/accounts/me", tokens=renewed, status=401)

    def test_phone_and_sessions(self):
        phone = new_phone()
        challenge = self.send("POST", "/v1/sign-in-codes", {"phone": phone}, status=202).json["challenge_id"]
        tokens = self.send("POST", "/v1/sessions", {"challenge_id": challenge, "code": sent_code("+27" + phone[1:])}, status=201).json
        self.assertEqual(len(self.send("GET", "/v1/sessions", tokens=tokens, status=200).json["data"]), 1)
        self.send("PUT", "/v1/accounts/me/push-token", {"token": "fMk3:APA91b"}, tokens, 204)
        self.send("DELETE", "/v1/accounts/me/push-token", tokens=tokens, status=204)
        self.send("DELETE", "/v1/sessions/current", tokens=tokens, status=204)
        self.send("GET", "/v1/sessions", tokens=tokens, status=401)
        self.send("DELETE", "/v1/sessions", tokens=sign_up(), status=204)

    def test_message_choices(self):
        tokens, path = sign_up(), "/v1/accounts/me/message-choices"
        choices = self.send("GET", path, tokens=tokens, status=200).json
        self.assertTrue(all(choices.values()))
        choices["sms_offers"] = choices["email_reminders"] = False
        self.send("PUT", path, choices, tokens, 200)
        self.assertEqual(self.send("GET", path, tokens=tokens).json, choices)
        del choices["push_visits"]
        self.assert_problem(self.send("PUT", path, choices, tokens), 400, field="push_visits")

    def test_authenticator(self):
        tokens, email = member()
        secret = self.send("POST", "/v1/accounts/me/authenticator", tokens=tokens, status=201).json["secret"]
        confirmed = self.send("POST", "/v1/accounts/me/authenticator/confirmation", {"code": totp(secret)}, tokens, 200).json
        challenge = self.send("POST", "/v1/sessions", {"email": email, "password": PASSWORD}, status=202).json["challenge_id"]
        self.send("POST", "/v1/sessions", {"challenge_id": challenge, "authenticator_code": totp(secret)}, status=401)
        code = totp(secret, time.time() + 30)
        self.send("POST", "/v1/sessions", {"challenge_id": challenge, "authenticator_code": code}, status=201)
        self.send("POST", "/v1/accounts/me/authenticator/removal", {"code": confirmed["recovery_codes"][0]}, tokens, 204)

    def test_persons(self):
        tokens = sign_up()
        example = resolved(DOCUMENT["components"]["schemas"]["NewPerson"])["example"]
        added = self.send("POST", "/v1/persons", example, tokens, 201)
        path = f"/v1/persons/{added.json['id']}"
        self.send("GET", path, tokens=tokens, status=200)
        self.send("GET", path, tokens=sign_up(), status=404)
        self.assertEqual(len(self.send("GET", "/v1/persons", tokens=tokens, status=200).json["data"]), 2)
        details = resolved(DOCUMENT["components"]["schemas"]["PersonDetails"])["example"]
        self.send("PUT", path, details, tokens, 200, {"If-Match": added.headers["ETag"]})
        self.send("PUT", path, details, tokens, 412, {"If-Match": added.headers["ETag"]})
        self.send("PUT", path, {**details, "id_number": "8503305044089"}, tokens, 400)
        self.send("DELETE", path, tokens=tokens, status=204)

    def test_pages(self):
        browser, email = Browser(), new_email()
        self.assertEqual(self.send("GET", "/account", browser=browser, status=303).headers["Location"], "/sign-in?next=/account")
        for path in ["/sign-in?next=/account", "/sign-in/password", "/sign-up", "/password-reset"]:
            self.send("GET", path, browser=browser, status=200)
        self.send("POST", "/sign-up", {"email": email, "password": "password1234"}, browser=browser, status=422)
        self.send("POST", "/sign-up", {"email": email, "password": PASSWORD}, browser=browser, status=303)
        self.send("GET", "/account", browser=browser, status=200)
        token = browser.form_token()
        page = self.send("POST", "/account/verifications", {"form_token": token, "address": email}, browser=browser, status=200)
        time.sleep(0.2)
        challenge = hidden(page, "challenge")
        self.send("POST", "/account/verifications/code", {"form_token": token, "challenge": challenge, "code": "1"}, browser=browser, status=422)
        fields = {"form_token": token, "challenge": challenge, "code": sent_code(email)}
        self.send("POST", "/account/verifications/code", fields, browser=browser, status=303)
        self.assertEqual(self.send("GET", "/account/messages", browser=browser, status=200).body.count(b" checked"), 9)
        self.send("POST", "/account/messages", {"form_token": token, "email_visits": "true", "sms_reminders": "true"}, browser=browser, status=303)
        self.assertEqual(re.findall(rb'name="(\w+)" value="true" checked', browser.get("/account/messages").body), [b"email_visits", b"sms_reminders"])
        child = {"form_token": token, "display_name": "Thabo", "birth_day": "27", "birth_month": "3", "birth_year": "2019", "guardian_consent": "true"}
        self.send("POST", "/account/dependants", child, browser=browser, status=303)
        person = browser.field("/account", "person")
        self.send("POST", "/account/dependants/removal", {"form_token": token, "person": person}, browser=browser, status=303)
        other = Browser()
        self.send("POST", "/sign-in/password", {"email": email, "password": PASSWORD, "next": "//evil.example"}, browser=other, status=303)
        session = browser.field("/account", "session")
        self.send("POST", "/account/sessions/end", {"form_token": token, "session": session}, browser=browser, status=303)
        self.assertEqual(other.get("/account").status, 303)
        self.send("POST", "/sign-out", {"form_token": "wrong"}, browser=browser, status=403)
        self.send("POST", "/sign-out", {"form_token": token}, browser=browser, status=303)
        page = self.send("POST", "/sign-in", {"address": email, "next": "/symptoms"}, browser=browser, status=200)
        time.sleep(0.2)
        fields = {"challenge": hidden(page, "challenge"), "next": hidden(page, "next"), "code": sent_code(email)}
        self.assertEqual(self.send("POST", "/sign-in/code", fields, browser=browser, status=303).headers["Location"], "/symptoms")
        self.send("POST", "/sign-out/everywhere", {"form_token": browser.form_token()}, browser=browser, status=303)
        page = self.send("POST", "/password-reset", {"email": email}, browser=browser, status=200)
        time.sleep(0.2)
        fields = {"challenge": hidden(page, "challenge"), "code": sent_code(email), "password": "four green kettles"}
        self.send("POST", "/password-reset/code", fields, browser=browser, status=303)

    def test_second_factor_on_pages(self):
        tokens, email = member()
        secret = ask("POST", "/v1/accounts/me/authenticator", headers=bearer(tokens)).json["secret"]
        ask("POST", "/v1/accounts/me/authenticator/confirmation", body={"code": totp(secret)}, headers=bearer(tokens))
        browser = Browser()
        page = self.send("POST", "/sign-in/password", {"email": email, "password": PASSWORD}, browser=browser, status=200)
        self.assertIsNone(browser.cookie)
        fields = {"challenge": hidden(page, "challenge"), "code": totp(secret, time.time() + 30)}
        self.send("POST", "/sign-in/authenticator", fields, browser=browser, status=303)
        self.assertEqual(browser.get("/account").status, 200)

    def test_zz_every_operation_was_held_to_its_description(self):
        described = {(method, path) for method, path, operation in operations() if "accounts" in operation["tags"]}
        self.assertEqual(described - SEEN, set())

    def test_nothing_that_opens_an_account_is_logged(self):
        email = new_email()
        tokens = sign_up(email)
        ask("GET", f"/v1/accounts/me?token={tokens['access_token']}", headers=bearer(tokens))
        post("/v1/tokens", {"refresh_token": tokens["refresh_token"]})
        with open(LOG, encoding="utf-8", errors="replace") as log:
            lines = [line for line in log if " code=" not in line]  # the developer's way of sending
        for secret in [tokens["access_token"], tokens["refresh_token"], PASSWORD, email]:
            self.assertFalse([line for line in lines if secret in line])


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class KeyServer(ThreadingHTTPServer):
    """A hand-made issuer's JSON Web Key Set."""

    def __init__(self):
        self.keys = {}
        self.requests = 0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                owner.requests += 1
                body = json.dumps({"keys": [
                    {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": name, "alg": "RS256", "use": "sig"}
                    for name, key in owner.keys.items()]}).encode()
                self.send_response(200)
                self.send_header("Cache-Control", "public, max-age=3600")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_port}/keys"


class IDTokens(unittest.TestCase):
    """Servers of their own, set up for an issuer each."""

    def served(self, issuer, audience, keys_url):
        installation = Installation({"RTD_ID_TOKEN_ISSUER": issuer, "RTD_ID_TOKEN_AUDIENCE": audience, "RTD_ID_TOKEN_KEYS_URL": keys_url})
        self.addCleanup(installation.close)
        before, support.URL = support.URL, urlsplit(installation.url)
        self.addCleanup(setattr, support, "URL", before)
        return installation

    def test_hand_made_keys(self):
        server = KeyServer()
        self.addCleanup(server.shutdown)
        first, second = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
        server.keys = {"first": first}
        self.served("https://issuer.example", "app", server.url)
        now = int(time.time())
        claims = {"iss": "https://issuer.example", "aud": "app", "sub": "u1", "iat": now, "exp": now + 3600, "auth_time": now}

        def status(key=first, kid="first", algorithm="RS256", **changes):
            token = jwt.encode({**claims, **changes}, key, algorithm=algorithm, headers={"kid": kid})
            return post("/v1/sessions", {"id_token": token}).status

        self.assertEqual(status(), 201)
        self.assertEqual(status(aud="other"), 401)
        self.assertEqual(status(iss="https://other.example"), 401)
        self.assertEqual(status(exp=now - 61), 401)
        self.assertEqual(status(iat=now + 3600), 401)
        self.assertEqual(status(sub=""), 401)
        self.assertEqual(status(key=second), 401, "signed by a key that is not published")
        self.assertEqual(status(key=None, algorithm="none"), 401)
        pem = first.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256", "kid": "first"}, claims))
        signature = base64.urlsafe_b64encode(hmac.new(pem, head + b"." + body, hashlib.sha256).digest()).rstrip(b"=")
        confused = b".".join([head, body, signature]).decode()
        self.assertEqual(post("/v1/sessions", {"id_token": confused}).status, 401, "HMAC with the public key")
        own = post("/v1/sessions", {"id_token": jwt.encode(claims, first, algorithm="RS256", headers={"kid": "first"})}).json
        self.assertEqual(post("/v1/sessions", {"id_token": own["access_token"]}).status, 401, "our own token")
        # Rotation: unknown ids fetch the keys anew, but not on every request.
        server.keys = {"first": first, "second": second}
        self.assertEqual({status(key=second, kid=f"unknown{number}") for number in range(20)}, {401})
        self.assertLessEqual(server.requests, 2)

    def test_a_real_provider(self):
        port = free_port()
        issuer = f"http://127.0.0.1:{port}"
        claims = json.dumps({"sub": "u1", "email": "ann.provider@example.com", "email_verified": True})
        provider = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--user-claims", claims], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(provider.wait)
        self.addCleanup(provider.terminate)
        configuration = self.eventually(lambda: json.load(urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration")))
        self.served(configuration["issuer"], "app", configuration["jwks_uri"])
        first, again = (post("/v1/sessions", {"id_token": self.id_token(configuration, "u1")}) for _ in range(2))
        self.assertEqual((first.status, again.status), (201, 201), first.body)
        self.assertEqual(first.json["account_id"], again.json["account_id"])
        self.assertEqual(post("/v1/sessions", {"id_token": self.id_token(configuration, "u1", client="other")}).status, 401)

    def id_token(self, configuration, subject, client="app"):
        """By the authorization-code flow, as an app goes through it."""
        redirect = "http://127.0.0.1:1/back"
        query = urlencode({"client_id": client, "redirect_uri": redirect, "response_type": "code", "scope": "openid email", "nonce": "n"})

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *arguments):
                return None

        opener = urllib.request.build_opener(Stay)
        try:
            opener.open(f"{configuration['authorization_endpoint']}?{query}", urlencode({"sub": subject}).encode())
        except urllib.error.HTTPError as answer:
            code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        credentials = base64.b64encode(f"{client}:secret".encode()).decode()
        request = urllib.request.Request(
            configuration["token_endpoint"], urlencode({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}).encode(),
            {"Authorization": f"Basic {credentials}"})
        return json.load(urllib.request.urlopen(request))["id_token"]

    def eventually(self, attempt):
        deadline = time.monotonic() + 20
        while True:
            try:
                return attempt()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
