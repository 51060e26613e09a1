import CurlClient
import Foundation

/// `moto_server`, somebody else's stand-in for S3, and boto3, AWS's own client. It keeps objects but does not look at signatures: those are
/// compared with boto3's.
///
/// A shell beside it ends it, by its process id, when our end of the shell's standard input closes: with this process, however that ends.
final class MotoServer: Sendable {
    static let shared = Task { try await MotoServer() }

    /// Where `tools/setup --tests` puts them.
    private static let programs = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "../../../.local/venv/bin").standardizedFileURL.path

    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: programs + "/moto_server") }

    static let bucket = "doctors-documents"
    let url: String
    let http = CurlClient()
    private let process = Process()
    private let input = Pipe()

    private init() async throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", Self.script, Self.programs + "/moto_server"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        url = "http://127.0.0.1:" + port.trimmingCharacters(in: .whitespacesAndNewlines)
        for _ in 0..<300 {
            if (try? await http.send(CurlRequest(method: "PUT", url: "\(url)/\(Self.bucket)")))?.status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Unexpected()
    }

    struct Unexpected: Error {}

    private static let script = """
        port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        "$0" -H 127.0.0.1 -p "$port" >/dev/null 2>&1 &
        echo "$port"
        exec >/dev/null
        cat
        kill -KILL $!
        wait
        """

    /// What boto3 answers to a script that finds its arguments in `argv` and prints one line.
    static func python(_ script: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: programs + "/python")
        process.arguments = ["-c", script] + arguments
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unexpected() }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
