import CurlClient
import Foundation

/// `llmock`, somebody else's stand-in for the service, which breaks things when told to and judges how a client takes it.
///
/// A shell beside it ends it, by its process id, when our end of the shell's standard input closes: with this process, however
/// that ends. Softer signals would not reach it: it inherits from a thread of Swift's pool that they are blocked.
final class LLMock: Sendable {
    static let shared = Task { try await LLMock() }

    /// Where `tools/setup --tests` puts it.
    private static let program = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "../../.local/venv/bin/llmock").standardizedFileURL.path

    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let url: String
    private let process = Process()
    private let input = Pipe()
    private let http = CurlClient()

    private init() async throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", Self.script, Self.program]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        url = "http://127.0.0.1:" + port.trimmingCharacters(in: .whitespacesAndNewlines)
        for _ in 0..<300 {
            if (try? await http.send(CurlRequest(url: url + "/health")))?.status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Unexpected()
    }

    struct Unexpected: Error {}

    private static let script = """
        port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        "$0" serve --host 127.0.0.1 --port "$port" --response-style static --log-level critical >/dev/null &
        echo "$port"
        exec >/dev/null
        cat
        kill -KILL $!
        wait
        """

    /// Forgets what was and lines up what is to happen next, one thing a request.
    func begin(_ behaviours: String) async throws {
        _ = try await admin("POST", "reset")
        if behaviours != "[]" { _ = try await admin("POST", "scenario", body: #"{"behaviors":\#(behaviours)}"#) }
    }

    func verdict() async throws -> Verdict { try JSONDecoder().decode(Verdict.self, from: await admin("GET", "verdict")) }

    struct Verdict: Decodable {
        struct Finding: Decodable { let code: String }
        let passed: Bool
        let attempts: Int
        let findings: [Finding]
    }

    private func admin(_ method: String, _ path: String, body: String? = nil) async throws -> Data {
        let request = CurlRequest(method: method, url: "\(url)/_llmock/\(path)", body: body.map { Array($0.utf8) })
        let response = try await http.send(request)
        guard (200..<300).contains(response.status) else { throw Unexpected() }
        return Data(response.body)
    }
}
