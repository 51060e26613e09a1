import Foundation

/// A real HTTP server in a process of its own on a free port. It ends when our end of its standard input closes, that is
/// with this process, however that ends.
final class LocalPeer: Sendable {
    /// One for all tests: starting one takes a good part of a second and blocks a pool thread.
    static let shared = Result { try LocalPeer() }

    let url: String
    private let process = Process()
    private let input = Pipe()

    private init() throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-u", "-c", Self.script]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        url = "http://127.0.0.1:" + port.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static let script = """
        import http.server, os, sys, threading, time
        open_now, most, lock = 0, 0, threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *arguments): pass
            def answer(self, status, body, headers=()):
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(body)
            def echo(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                seen = "".join(f"{name.lower()}: {value}\\n" for name, value in self.headers.items())
                self.answer(200, f"{self.command} {self.path}\\n{seen}\\n".encode() + body, [("X-Echo", " Yes "), ("X-Many", "1"), ("x-many", "2")])
            def slow(self, seconds, counted):
                global open_now, most
                with lock: open_now += counted; most = max(most, open_now)
                time.sleep(seconds)
                with lock: open_now -= counted
                self.answer(200, str(most).encode())
            def do(self):
                parts = self.path.split("?")[0].split("/")
                if parts[1] == "slow": self.slow(float(parts[2]), len(parts) > 3)
                elif parts[1] == "status": self.answer(int(parts[2]), b"told", [("Location", "/echo")])
                elif parts[1] == "bytes": self.answer(200, b"x" * int(parts[2]))
                elif parts[1] == "drip":
                    self.send_response(200); self.end_headers()
                    while True: self.wfile.write(b"y" * 1000)
                else: self.echo()
            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64
            def handle_error(self, *arguments): pass

        server = Server(("127.0.0.1", 0), Handler)
        print(server.server_address[1], flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()
        os._exit(0)
        """
}
