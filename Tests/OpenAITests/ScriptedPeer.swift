import CurlClient
import Foundation

/// A real HTTP server, in a process of its own that ends with ours, which answers as each test tells it to.
final class ScriptedPeer: Sendable {
    /// One for all tests: starting one takes a good part of a second and blocks a pool thread.
    static let shared = Result { try ScriptedPeer() }

    private let process = Process()
    private let input = Pipe()
    private let http = CurlClient()
    fileprivate let url: String

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

    /// A place of its own for one test, which answers requests in the given order and then with 418.
    func scene(_ replies: [ScriptedReply]) async throws -> Scene {
        let scene = Scene(peer: self, name: UUID().uuidString)
        let replies = try JSONEncoder().encode(replies)
        _ = try await http.send(CurlRequest(method: "POST", url: "\(url)/script/\(scene.name)", body: Array(replies)))
        return scene
    }

    struct Scene: Sendable {
        fileprivate let peer: ScriptedPeer
        fileprivate let name: String

        var url: String { "\(peer.url)/\(name)" }

        /// Requests received, oldest first.
        var requests: [ReceivedRequest] {
            get async throws {
                let response = try await peer.http.send(CurlRequest(url: "\(peer.url)/requests/\(name)"))
                return try JSONDecoder().decode([ReceivedRequest].self, from: Data(response.body))
            }
        }
    }

    private static let script = """
        import collections, http.server, json, os, sys, threading, time
        scripts, received, lock = collections.defaultdict(collections.deque), collections.defaultdict(list), threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *arguments): pass
            def answer(self, status, body, headers={}):
                self.send_response(status)
                for name, value in headers.items(): self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self):
                with lock: body = json.dumps(received[self.path.split("/")[2]])
                self.answer(200, body.encode())
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                _, scene, path = self.path.split("/", 2)
                if scene == "script":
                    with lock: scripts[path].extend(json.loads(body))
                    return self.answer(200, b"")
                headers = {name.lower(): value for name, value in self.headers.items()}
                with lock:
                    received[scene].append({"path": path, "headers": headers, "body": body})
                    reply = scripts[scene].popleft() if scripts[scene] else {"status": 418, "headers": {}, "body": "", "delaySeconds": 0}
                time.sleep(reply["delaySeconds"])
                if reply["status"] == 0: self.close_connection = True
                else: self.answer(reply["status"], reply["body"].encode(), reply["headers"])

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

struct ReceivedRequest: Decodable, Sendable {
    let path: String
    let headers: [String: String]
    let body: String
}

/// One answer of the peer; status 0 closes the connection without any.
struct ScriptedReply: Encodable, Sendable {
    var status = 200
    var headers: [String: String] = [:]
    var body = ""
    var delaySeconds = 0.0

    static let lostConnection = ScriptedReply(status: 0)

    static func failure(_ status: Int, code: String = "made_up", headers: [String: String] = [:]) -> ScriptedReply {
        ScriptedReply(status: status, headers: headers, body: #"{"error":{"message":"secret","type":"t","param":null,"code":"\#(code)"}}"#)
    }

    /// A completed answer of `POST /responses`, behind a thought that is none of it.
    static func text(_ text: String, delaySeconds: Double = 0, usage: String = #"{"input_tokens":7,"output_tokens":3}"#) -> ScriptedReply {
        let text = (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let thought = #"{"type":"reasoning","content":[{"type":"output_text","text":"hm"}]}"#
        let output = #"[\#(thought),{"type":"message","content":[{"type":"output_text","text":\#(text)}]}]"#
        return ScriptedReply(body: #"{"status":"completed","output":\#(output),"usage":\#(usage)}"#, delaySeconds: delaySeconds)
    }
}
