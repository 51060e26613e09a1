"""A mail server (aiosmtpd), and stand-ins that answer as Twilio's and FCM's APIs do. Ends when its standard input does.

    python notification_peers.py FOLDER      prints one line of JSON: where they are, and FCM's key file in FOLDER

What came in is at GET /seen; POST /reset forgets it. Some addresses are answered with trouble, see the tables below.
"""
import base64
import email
import email.policy
import hashlib
import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import urllib.parse

from aiosmtpd.controller import Controller

REFUSED_RECIPIENTS = {"gone": "550 5.1.1 No such mailbox", "later": "451 4.3.0 Try later", "policy": "550 5.7.1 Not today"}
REFUSED_NUMBERS = {"+27820000010": (400, 21610), "+27820000011": (400, 21211), "+27820000012": (429, 20429)}
SILENT_NUMBER = "+27820000099"
TOKEN = "ya29.test-token"
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 section 9.2

lock = threading.Lock()
seen = {"mails": [], "texts": [], "pushes": [], "grants": []}


def note(kind, value):
    with lock:
        seen[kind].append(value)


def part(message):
    return {"type": message.get_content_type(), "charset": message.get_content_charset(), "method": message.get_param("method"),
            "text": message.get_payload(decode=True).decode(message.get_content_charset() or "ascii")}


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = REFUSED_RECIPIENTS.get(address.split("@")[0])
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content or envelope.content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        parts = list(message.iter_parts()) if message.is_multipart() else [message]
        note("mails", {
            "envelope_from": envelope.mail_from, "envelope_to": envelope.rcpt_tos, "from": str(message["From"]), "to": str(message["To"]),
            "subject": str(message["Subject"]), "header_names": message.keys(), "message_id": str(message["Message-ID"]),
            "date": message["Date"].datetime.timestamp(), "parts": [part(one) for one in parts],
            "longest_line": max(len(line) for line in raw.split(b"\r\n")), "is_ascii": raw.isascii(), "bare_newlines": raw.replace(b"\r\n", b"").count(b"\n"),
            "defects": [str(defect) for one in [message, *parts] for defect in one.defects]})
        return "250 2.0.0 OK"


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, value, headers=()):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, content in headers:
            self.send_header(name, content)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with lock:
            self.answer(200, seen)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/reset":
            with lock:
                for kind in seen:
                    seen[kind] = []
            self.answer(200, {})
        elif self.path == "/token":
            self.grant(dict(urllib.parse.parse_qsl(body.decode())))
        elif self.path.endswith("/Messages.json"):
            self.text(dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)))
        else:
            self.push(json.loads(body))

    def text(self, form):
        login = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
        note("texts", form | {"path": self.path, "login": login})
        status, code = REFUSED_NUMBERS.get(form["To"], (201, None))
        if form["To"] == SILENT_NUMBER:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif code:
            self.answer(status, {"code": code, "message": "no", "more_info": "https://www.twilio.com/docs", "status": status},
                        [("Retry-After", "1")] if status == 429 else [])
        else:
            sid = "SM" + hashlib.md5(f"{form['To']} {form['Body']}".encode()).hexdigest()
            self.answer(201, {"sid": sid, "status": "queued", "to": form["To"], "body": form["Body"], "error_code": None})

    def grant(self, form):
        header, claims, signature = form["assertion"].split(".")
        decoded = [json.loads(base64.urlsafe_b64decode(text + "==")) for text in (header, claims)]
        number = pow(int.from_bytes(base64.urlsafe_b64decode(signature + "=="), "big"), 65537, modulus).to_bytes(256, "big")
        digest = hashlib.sha256(f"{header}.{claims}".encode()).digest()
        padding = b"\xff" * (256 - 3 - len(SHA256_PREFIX) - 32)
        is_valid = number == b"\x00\x01" + padding + b"\x00" + SHA256_PREFIX + digest
        note("grants", {"grant_type": form["grant_type"], "header": decoded[0], "claims": decoded[1], "is_valid": is_valid})
        self.answer(200, {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})

    def push(self, message):
        note("pushes", message | {"path": self.path, "authorization": self.headers["Authorization"]})
        if message["message"]["token"] == "gone":
            detail = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "UNREGISTERED"}
            self.answer(404, {"error": {"code": 404, "message": "no", "status": "NOT_FOUND", "details": [detail]}})
        else:
            self.answer(200, {"name": "projects/test/messages/1"})


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


folder = pathlib.Path(sys.argv[1])
key = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], check=True, capture_output=True).stdout
modulus = int(subprocess.run(["openssl", "rsa", "-noout", "-modulus"], input=key, check=True, capture_output=True).stdout.split(b"=")[1], 16)
http_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
http_server.daemon_threads = True
threading.Thread(target=http_server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{http_server.server_address[1]}"
account = folder / "service-account.json"
account.write_text(json.dumps({
    "type": "service_account", "project_id": "test", "private_key_id": "key-1", "private_key": key.decode(),
    "client_email": "push@test.example", "token_uri": f"{base}/token"}))
mail_port = free_port()
Controller(Mailbox(), hostname="127.0.0.1", port=mail_port).start()
print(json.dumps({"smtp": f"smtp://127.0.0.1:{mail_port}", "http": base, "service_account": str(account)}), flush=True)
sys.stdin.read()
os._exit(0)
