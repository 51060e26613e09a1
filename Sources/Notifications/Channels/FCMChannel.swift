import CurlClient
import Foundation

/// Push messages by Firebase Cloud Messaging, HTTP v1.
struct FCMChannel: MessageChannel {
    let account: FCMServiceAccount
    let baseURL: String
    let token: FCMAccessToken
    let curl: CurlClient
    let now: @Sendable () -> Date

    /// Asked for when a server says nothing.
    private static let quotaPauseSeconds = 60.0

    func send(_ message: Message, to address: String) async throws -> SendOutcome {
        do {
            let accessToken: String
            switch try await token.current() {
            case .token(let text): accessToken = text
            case .failed(let outcome): return outcome
            }
            let response = try await curl.send(
                CurlRequest(
                    method: "POST", url: "\(baseURL)/v1/projects/\(account.project_id)/messages:send",
                    headers: [("Authorization", "Bearer \(accessToken)"), ("Content-Type", "application/json")],
                    body: try Self.body(message, to: address), deadlineMilliseconds: 20_000, maximumResponseBytes: 100_000))
            if response.status == 401 { await token.forget() }
            return Self.outcome(response, at: now())
        } catch let error as CurlError {
            return error.isUnsent ? .unsent(code: "curl_\(error.code)", afterSeconds: nil) : .uncertain(code: "curl_\(error.code)")
        }
    }

    private struct Envelope: Encodable {
        struct Body: Encodable {
            struct Notification: Encodable { let title, body: String }
            struct Android: Encodable { let collapse_key: String }
            struct APNS: Encodable { let headers: [String: String] }
            let token: String
            let notification: Notification
            let data: [String: String]
            let android: Android
            let apns: APNS
        }
        let message: Body
    }

    /// One sent twice replaces the first on the screen: both have one key.
    private static func body(_ message: Message, to address: String) throws -> [UInt8] {
        let id = message.id.uuidString.lowercased()
        let body = Envelope.Body(
            token: address, notification: .init(title: message.subject, body: message.shortText), data: ["kind": message.kind],
            android: .init(collapse_key: id), apns: .init(headers: ["apns-collapse-id": id]))
        return Array(try JSONEncoder().encode(Envelope(message: body)))
    }

    private struct Fault: Decodable {
        struct Body: Decodable {
            struct Detail: Decodable {
                let errorCode: String?
            }
            let status: String?
            let details: [Detail]?
        }
        let error: Body
    }

    private struct Success: Decodable { let name: String }

    static func outcome(_ response: CurlResponse, at date: Date) -> SendOutcome {
        let body = Data(response.body)
        if response.status == 200 { return .accepted(providerID: (try? JSONDecoder().decode(Success.self, from: body))?.name) }
        let fault = (try? JSONDecoder().decode(Fault.self, from: body))?.error
        let name = fault?.details?.compactMap(\.errorCode).first
        let code = "fcm_\(name ?? fault?.status ?? String(response.status))"
        let asked = RetryAfter.seconds(response, at: date)
        switch (name, response.status) {
        case ("UNREGISTERED", _), ("SENDER_ID_MISMATCH", _): return .tokenGone
        case ("QUOTA_EXCEEDED", _), (_, 429): return .unsent(code: code, afterSeconds: asked ?? quotaPauseSeconds)
        case ("UNAVAILABLE", _), ("INTERNAL", _), (_, 500...): return .unsent(code: code, afterSeconds: asked)
        case ("THIRD_PARTY_AUTH_ERROR", _), (_, 401), (_, 403), (_, 404): return .misconfigured(code: code)
        default: return .refused(code: code)
        }
    }
}
