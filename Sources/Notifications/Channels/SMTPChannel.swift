import CurlClient
import Foundation

/// Which mail server takes our mails, and whose name they bear.
public struct SMTPConfiguration: Sendable {
    let url: String
    let user: String?
    let password: String?
    let from: Mailbox

    /// - Parameter url: `smtps://host:465`, or `smtp://host:587` with STARTTLS.
    public init(url: String, user: String? = nil, password: String? = nil, from: Mailbox) {
        self.url = url
        self.user = user
        self.password = password
        self.from = from
    }
}

/// E-mail by SMTP submission.
struct SMTPChannel: MessageChannel {
    let configuration: SMTPConfiguration
    let curl: CurlClient
    let now: @Sendable () -> Date

    func send(_ message: Message, to address: String) async throws -> SendOutcome {
        guard Mailbox.isAddress(address) else { return .suppressed(.hardBounce, code: "not_an_address") }
        let mail = MailMessage(
            from: configuration.from, to: address, subject: message.subject, text: message.text, calendar: message.calendar,
            messageID: message.id, date: now())
        do {
            return Self.outcome(
                try await curl.send(
                    CurlMail(
                        url: configuration.url, user: configuration.user, password: configuration.password,
                        sender: configuration.from.address, recipient: address, message: mail.bytes)))
        } catch let error as CurlError {
            return error.isUnsent ? .unsent(code: "curl_\(error.code)", afterSeconds: nil) : .uncertain(code: "curl_\(error.code)")
        }
    }

    private static let login: Set<Int> = [454, 530, 534, 535, 538]
    /// No such mailbox, not local, name not allowed; with an enhanced status that decides.
    private static let unknownMailbox: Set<Int> = [550, 551, 553]

    static func outcome(_ reply: CurlMailReply) -> SendOutcome {
        let code = "smtp_\(reply.status)" + (reply.enhancedStatus.map { "_\($0)" } ?? "")
        switch reply.status {
        case ..<400: return .accepted(providerID: nil)
        case _ where login.contains(reply.status): return .misconfigured(code: code)
        case ..<500: return .unsent(code: code, afterSeconds: nil)
        case _ where reply.isRecipientRefused && isGone(reply): return .suppressed(.hardBounce, code: code)
        default: return .refused(code: code)
        }
    }

    /// 5.1.x is about the address, 5.2.1 a mailbox that is closed; 5.7.x is policy and may pass.
    private static func isGone(_ reply: CurlMailReply) -> Bool {
        guard let status = reply.enhancedStatus else { return unknownMailbox.contains(reply.status) }
        return status.hasPrefix("5.1.") || status == "5.2.1"
    }
}
