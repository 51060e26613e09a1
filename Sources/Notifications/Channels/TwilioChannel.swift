import CurlClient
import Foundation

/// Whose account sends text messages.
public struct TwilioConfiguration: Sendable {
    let accountSID: String
    let authToken: String
    /// A number, a sender's name or a messaging service (`MG…`).
    let sender: String
    let baseURL: String

    public init(accountSID: String, authToken: String, sender: String, baseURL: String = "https://api.twilio.com") {
        self.accountSID = accountSID
        self.authToken = authToken
        self.sender = sender
        self.baseURL = baseURL
    }
}

extension TwilioConfiguration: CustomStringConvertible, CustomReflectable {
    /// Without the token.
    public var description: String { "TwilioConfiguration(\(accountSID))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// SMS by Twilio's Messages API.
struct TwilioChannel: MessageChannel {
    let configuration: TwilioConfiguration
    /// Where Twilio reports what became of a message.
    let statusCallback: String
    let curl: CurlClient
    let now: @Sendable () -> Date

    func send(_ message: Message, to address: String) async throws -> SendOutcome {
        let senderField = configuration.sender.hasPrefix("MG") ? "MessagingServiceSid" : "From"
        let form = [
            ("To", address), (senderField, configuration.sender), ("Body", message.shortText), ("StatusCallback", statusCallback),
        ]
        let login = Data("\(configuration.accountSID):\(configuration.authToken)".utf8).base64EncodedString()
        let request = CurlRequest(
            method: "POST", url: "\(configuration.baseURL)/2010-04-01/Accounts/\(configuration.accountSID)/Messages.json",
            headers: [("Authorization", "Basic \(login)"), ("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(FormBody.encoded(form).utf8), deadlineMilliseconds: 20_000, maximumResponseBytes: 100_000)
        do {
            return Self.outcome(try await curl.send(request), at: now())
        } catch let error as CurlError {
            return error.isUnsent ? .unsent(code: "curl_\(error.code)", afterSeconds: nil) : .uncertain(code: "curl_\(error.code)")
        }
    }

    private struct Answer: Decodable {
        let sid: String?
        let code: Int?
    }

    /// A request that is answered by a refusal was not sent. A fault of Twilio's own, a gateway's above all, may have been.
    static func outcome(_ response: CurlResponse, at date: Date) -> SendOutcome {
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body))
        if (200..<300).contains(response.status) { return .accepted(providerID: answer?.sid) }
        let code = "twilio_\(answer?.code ?? response.status)"
        if let reason = TwilioCode.suppression(answer?.code) { return .suppressed(reason, code: code) }
        switch (response.status, answer?.code) {
        case (429, _), (503, _), (_, 20429): return .unsent(code: code, afterSeconds: RetryAfter.seconds(response, at: date))
        case (401, _), (403, _), (404, _), (_, 20003), (_, 21408): return .misconfigured(code: code)
        case (500..., _): return .uncertain(code: code)
        default: return .refused(code: code)
        }
    }
}

/// Twilio's error codes that decide something.
enum TwilioCode {
    /// Reports worth one more attempt later: the phone was off, or nobody knows.
    static let passing: Set<Int> = [30003, 30008]

    static func suppression(_ code: Int?) -> SuppressionReason? {
        switch code {
        case 21610: .optedOut
        case 21211, 21612, 21614, 30004, 30005, 30006: .invalidNumber
        default: nil
        }
    }
}
