import CurlClient
import Foundation

/// Tests/ContractTests/notification_peers.py in a process of its own: a mail server by others, and stand-ins for Twilio and FCM. It ends
/// with this process.
final class NotificationPeers: Sendable {
    struct Seen: Decodable {
        struct Part: Decodable {
            let type: String
            let charset: String?
            let method: String?
            let text: String
        }
        struct Mail: Decodable {
            let envelope_from: String
            let envelope_to: [String]
            let from, to, subject, message_id: String
            let header_names: [String]
            let date: Double
            let parts: [Part]
            let longest_line, bare_newlines: Int
            let is_ascii: Bool
            let defects: [String]
        }
        struct Grant: Decodable {
            struct Claims: Decodable { let iss, scope, aud: String; let iat, exp: Int }
            let grant_type: String
            let header: [String: String]
            let claims: Claims
            let is_valid: Bool
        }
        struct Push: Decodable {
            struct Message: Decodable {
                struct Notification: Decodable { let title, body: String }
                let token: String
                let notification: Notification
                let data: [String: String]
            }
            let message: Message
            let path, authorization: String
        }
        let mails: [Mail]
        let texts: [[String: String]]
        let pushes: [Push]
        let grants: [Grant]
    }

    private struct Places: Decodable { let smtp, http, service_account: String }

    let smtp, http, serviceAccount: String
    private let process = Process()
    private let input = Pipe()
    private let curl = CurlClient()

    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python = checkout.appending(path: ".local/venv/bin/python")

    static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: python.path()) }

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let output = Pipe()
        process.executableURL = Self.python
        process.arguments = [Self.checkout.appending(path: "Tests/ContractTests/notification_peers.py").path(), folder.path()]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let places = try JSONDecoder().decode(Places.self, from: output.fileHandleForReading.availableData)
        (smtp, http, serviceAccount) = (places.smtp, places.http, places.service_account)
    }

    func stop() { try? input.fileHandleForWriting.close() }

    func seen() async throws -> Seen {
        let response = try await curl.send(CurlRequest(url: http + "/seen"))
        return try JSONDecoder().decode(Seen.self, from: Data(response.body))
    }
}
