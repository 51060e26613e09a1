import CurlClient
import Foundation
import Logging
import Testing

@testable import Notifications

/// Each channel against a peer by others, or one that answers in the provider's shapes.
@Suite(
    "Providers", .serialized, .enabled(if: NotificationPeers.isAvailable, "needs .local/venv; try: tools/setup --tests"), .timeLimit(.minutes(15)))
struct ProviderTests {
    private static func with(_ body: (NotificationPeers, [Channel: any MessageChannel]) async throws -> Void) async throws {
        let peers = try NotificationPeers()
        defer { peers.stop() }
        let from = try #require(Mailbox("RateTheDoctor <no-reply@ratethedoctor.example>"))
        let providers = NotificationProviders(
            smtp: SMTPConfiguration(url: peers.smtp, from: from),
            twilio: TwilioConfiguration(accountSID: "AC1", authToken: "secret", sender: "+27110000000", baseURL: peers.http),
            fcm: try FCMServiceAccount(path: peers.serviceAccount), fcmBaseURL: peers.http)
        try await body(
            peers, providers.channels(statusCallback: "https://site.example/v1/webhooks/twilio/status", logger: TestDatabase.logger, now: { Date() }))
    }

    private static func message(subject: String = "Subject", text: String = "Text", calendar: String? = nil) -> Message {
        Message(id: UUID(), kind: "confirmation", subject: subject, text: text, shortText: text, calendar: calendar)
    }

    private static let texts = [
        "", "Your visit on Tue 24 November 2026 is booked", "Tšhivenḓa, Sesotho sa Leboa, Êrens: ê ë š ḽ ṅ ṱ", "A\r\nBcc: everybody@example.org",
        "A\nX-Injected: yes\n\nbody", "=?UTF-8?B?QUJD?= is no encoded word of ours", String(repeating: "long ", count: 60),
        String(repeating: "ḓ", count: 200), "trailing space ", " . ", ".\n..\n.dots\n.", "tab\tand = sign=3D", "🇿🇦 zero\u{200B}width é e\u{301}", "nul-free \u{7F} \u{0B} \u{85} \u{2028}",
        String(repeating: "x", count: 1_200),
    ]

    @Test("Python's parser reads from every mail what was written: subject, text, calendar; nothing written becomes a header")
    func mail() async throws {
        try await Self.with { peers, channels in
            let smtp = try #require(channels[.email])
            let calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Tšhivenḓa \(String(repeating: "y", count: 300))\r\nEND:VCALENDAR\r\n"
            for text in Self.texts {
                #expect(try await smtp.send(Self.message(subject: text, text: text), to: "thandi@example.org") == .accepted(providerID: nil))
                #expect(try await smtp.send(Self.message(subject: text, text: text, calendar: calendar), to: "thandi@example.org") == .accepted(providerID: nil))
            }
            let mails = try await peers.seen().mails
            #expect(mails.count == 2 * Self.texts.count)
            let plain = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Type"]
            for (index, mail) in mails.enumerated() {
                let text = Self.texts[index / 2]
                #expect(mail.defects.isEmpty)
                #expect(mail.header_names.filter { $0 != "Content-Transfer-Encoding" && $0 != "X-Peer" && !$0.hasPrefix("X-Mail") && !$0.hasPrefix("X-Rcpt") } == plain)
                #expect(mail.envelope_from == "no-reply@ratethedoctor.example" && mail.envelope_to == ["thandi@example.org"])
                #expect(mail.from == "RateTheDoctor <no-reply@ratethedoctor.example>" && mail.to == "<thandi@example.org>" || mail.to == "thandi@example.org")
                let oneLine = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
                #expect(mail.subject.split(separator: " ") == oneLine.split(separator: " "))
                #expect(mail.longest_line <= 78 && mail.is_ascii && mail.bare_newlines == 0)
                #expect(abs(mail.date - Date().timeIntervalSince1970) < 120)
                let written = text.replacing("\r\n", with: "\n")
                #expect(mail.parts[0].type == "text/plain" && mail.parts[0].charset == "utf-8")
                #expect(mail.parts[0].text.replacing("\r\n", with: "\n").trimmingSuffix("\n") == written.trimmingSuffix("\n"))
                guard index % 2 == 1 else { continue }
                #expect(mail.parts.count == 2 && mail.parts[1].type == "text/calendar" && mail.parts[1].method == "REQUEST")
                #expect(mail.parts[1].text == calendar)
            }
        }
    }

    @Test(
        "A mail server's refusals tell the address, the moment and the text apart; odd addresses never reach it",
        arguments: [
            ("gone@example.org", SendOutcome.suppressed(.hardBounce, code: "smtp_550_5.1.1")),
            ("later@example.org", .unsent(code: "smtp_451_4.3.0", afterSeconds: nil)), ("policy@example.org", .refused(code: "smtp_550_5.7.1")),
            ("a@b>\r\nRCPT TO:<c@d", .suppressed(.hardBounce, code: "not_an_address")),
            ("no address", .suppressed(.hardBounce, code: "not_an_address")), ("é@example.org", .suppressed(.hardBounce, code: "not_an_address")),
        ])
    func refusals(address: String, outcome: SendOutcome) async throws {
        try await Self.with { peers, channels in
            let answered = try await channels[.email]?.send(Self.message(), to: address)
            let mails = try await peers.seen().mails
            #expect(answered == outcome && mails.isEmpty)
        }
    }

    @Test("A mail server elsewhere that offers no encryption gets nothing, nor does one that is not there")
    func unencrypted() async throws {
        try await Self.with { peers, channels in
            let from = try #require(Mailbox("no-reply@ratethedoctor.example"))
            let port = try #require(peers.smtp.split(separator: ":").last)
            // 127.0.0.2 is the same machine by a name that the rule of this machine does not know.
            for (url, isUnsent) in [("smtp://127.0.0.2:\(port)", false), ("smtp://127.0.0.1:1", true), ("smtps://127.0.0.1:\(port)", true)] {
                let channel = SMTPChannel(configuration: SMTPConfiguration(url: url, from: from), curl: CurlClient(), now: { Date() })
                let outcome = try await channel.send(Self.message(), to: "thandi@example.org")
                if case .accepted = outcome { Issue.record("\(url) took it") }
                if isUnsent, case .unsent = outcome {} else if isUnsent { Issue.record("\(url): \(outcome)") }
            }
            #expect(try await peers.seen().mails.isEmpty)
        }
    }

    @Test("Twilio gets its form; its answers decide")
    func sms() async throws {
        try await Self.with { peers, channels in
            let sms = try #require(channels[.sms])
            guard case .accepted(let id?) = try await sms.send(Self.message(text: "Dr Š & Co = 100 % +1é\n"), to: "+27821234567") else {
                Issue.record("refused")
                return
            }
            #expect(id.hasPrefix("SM"))
            #expect(try await sms.send(Self.message(), to: "+27820000010") == .suppressed(.optedOut, code: "twilio_21610"))
            #expect(try await sms.send(Self.message(), to: "+27820000011") == .suppressed(.invalidNumber, code: "twilio_21211"))
            #expect(try await sms.send(Self.message(), to: "+27820000012") == .unsent(code: "twilio_20429", afterSeconds: 1))
            guard case .uncertain = try await sms.send(Self.message(), to: "+27820000099") else {
                Issue.record("certain")
                return
            }
            let text = try #require(try await peers.seen().texts.first)
            #expect(text["To"] == "+27821234567" && text["From"] == "+27110000000" && text["Body"] == "Dr Š & Co = 100 % +1é\n")
            #expect(text["StatusCallback"] == "https://site.example/v1/webhooks/twilio/status")
            #expect(text["login"] == "AC1:secret" && text["path"] == "/2010-04-01/Accounts/AC1/Messages.json")
        }
    }

    @Test("FCM gets a token for an assertion whose signature holds, once for many messages; a device that is gone is told")
    func push() async throws {
        try await Self.with { peers, channels in
            let push = try #require(channels[.push])
            for _ in 0..<3 { #expect(try await push.send(Self.message(subject: "T", text: "B"), to: "phone") == .accepted(providerID: "projects/test/messages/1")) }
            #expect(try await push.send(Self.message(), to: "gone") == .tokenGone)
            let seen = try await peers.seen()
            #expect(seen.grants.count == 1)
            let grant = try #require(seen.grants.first)
            #expect(grant.is_valid && grant.grant_type == "urn:ietf:params:oauth:grant-type:jwt-bearer")
            #expect(grant.header == ["alg": "RS256", "typ": "JWT", "kid": "key-1"])
            #expect(grant.claims.iss == "push@test.example" && grant.claims.aud == "\(peers.http)/token" && grant.claims.exp - grant.claims.iat == 3_600)
            #expect(grant.claims.scope == "https://www.googleapis.com/auth/firebase.messaging")
            let sent = try #require(seen.pushes.first)
            #expect(sent.path == "/v1/projects/test/messages:send" && sent.authorization == "Bearer ya29.test-token")
            #expect(sent.message.token == "phone" && sent.message.notification.title == "T" && sent.message.notification.body == "B")
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var text = self[...]
        while text.last == suffix { text.removeLast() }
        return String(text)
    }
}
