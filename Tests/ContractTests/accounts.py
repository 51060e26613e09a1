"""Somebody who is signed in, for contract tests."""
import itertools
import re
import time
import uuid
from urllib.parse import urlencode

from support import LOG, ask, post

PASSWORD = "three blue kettles"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
NUMBERS = itertools.count(int(time.time() * 10) % 10_000_000)


def new_email():
    return f"p{uuid.uuid4().hex[:16]}@example.com"


def new_phone():
    return f"07{next(NUMBERS) % 100_000_000:08d}"


def bearer(tokens):
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def sign_up(email=None):
    """Tokens of a new account; its address is claimed, not confirmed."""
    answer = post("/v1/accounts", {"email": email or new_email(), "password": PASSWORD})
    assert answer.status == 201, answer.body
    return answer.json


def sent_code(address):
    """The last code sent to an address, read from the log of a server with RTD_CODES_TO_CONSOLE=true; `RTD_TEST_LOG` names it."""
    pattern = re.compile(rf" code=(\S+) .*to={re.escape(address)} ")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with open(LOG, encoding="utf-8", errors="replace") as log:
            codes = pattern.findall(log.read())
        if codes:
            return codes[-1]
        time.sleep(0.05)
    raise AssertionError("no code was sent")


def member():
    """Tokens of an account with a confirmed e-mail address, and the address."""
    email = new_email()
    challenge = post("/v1/sign-in-codes", {"email": email}).json["challenge_id"]
    answer = post("/v1/sessions", {"challenge_id": challenge, "code": sent_code(email)})
    assert answer.status == 201, answer.body
    changed = ask("PUT", "/v1/accounts/me/password", body={"password": PASSWORD}, headers=bearer(answer.json))
    assert changed.status == 204, changed.body
    return answer.json, email


class Browser:
    """Keeps the session's cookie, as a browser does."""

    def __init__(self):
        self.cookie = None

    def headers(self, extra=()):
        return dict(extra) | ({"Cookie": self.cookie} if self.cookie else {})

    def get(self, path):
        return ask("GET", path, headers=self.headers({"Accept": "text/html"}))

    def post(self, path, fields):
        answer = ask("POST", path, body=urlencode(fields).encode(), headers=self.headers(FORM))
        if answer.headers["Set-Cookie"]:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    def field(self, path, name):
        """The value of a hidden field of a page."""
        return hidden(self.get(path), name)

    def form_token(self):
        return self.field("/account", "form_token")


def hidden(answer, name):
    return re.search(rf'name="{name}" value="([^"]*)"', answer.body.decode())[1]
