import Foundation

/// Who a mail comes from: `RateTheDoctor <no-reply@ratethedoctor.example>` or an address alone.
public struct Mailbox: Sendable {
    public let name: String
    public let address: String

    /// Nil if there is no address with one `@`.
    public init?(_ text: String) {
        let parts = text.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false)
        let isNamed = parts.count == 2 && text.hasSuffix(">")
        name = isNamed ? parts[0].trimmingCharacters(in: .whitespaces.union(["\""])) : ""
        address = isNamed ? String(parts[1].dropLast()) : text
        guard Self.isAddress(address) else { return nil }
    }

    /// Visible ASCII without brackets, with one `@` between two parts: what can stand in an envelope.
    static func isAddress(_ text: String) -> Bool {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !text.contains { "<>,;\"()\\".contains($0) }
        return isPlain && text.split(separator: "@", omittingEmptySubsequences: false).count == 2 && !text.hasPrefix("@") && !text.hasSuffix("@")
    }

    var domain: Substring { address.split(separator: "@").last ?? "" }
}

/// A mail as it travels (RFC 5322, MIME): text in UTF-8, with a calendar part when there is one.
struct MailMessage {
    let from: Mailbox
    let to: String
    let subject: String
    let text: String
    let calendar: String?
    let messageID: UUID
    let date: Date

    /// Lines end in CR LF and have at most 76 bytes; only ASCII.
    var bytes: [UInt8] {
        let boundary = "=_\(messageID.uuidString)"
        var lines = [
            "From: \(fromHeader)",
            "To: <\(to)>",
            "Subject: \(HeaderText.encoded(subject))",
            "Date: \(Self.headerDate(date))",
            "Message-ID: <\(messageID.uuidString.lowercased())@\(from.domain)>",
            "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",
        ]
        if let calendar {
            lines += ["Content-Type: multipart/alternative;", " boundary=\"\(boundary)\"", "", "--\(boundary)"]
            lines += textPart + ["--\(boundary)"] + Self.calendarPart(calendar) + ["--\(boundary)--"]
        } else {
            lines += textPart
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    private var fromHeader: String {
        from.name.isEmpty ? from.address : "\(HeaderText.encoded(from.name, isPhrase: true)) <\(from.address)>"
    }

    private var textPart: [String] {
        ["Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: quoted-printable", ""] + QuotedPrintable.lines(text)
    }

    /// The part's method is the one inside (RFC 6047).
    private static func calendarPart(_ calendar: String) -> [String] {
        let methods = ["REQUEST", "PUBLISH", "CANCEL"]
        let method = methods.first { calendar.contains("METHOD:\($0)\r\n") }.map { "; method=\($0)" } ?? ""
        let base64 = Data(calendar.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        return ["Content-Type: text/calendar; charset=UTF-8\(method)", "Content-Transfer-Encoding: base64", "", base64]
    }

    /// `Tue, 24 Nov 2026 08:10:00 +0000`.
    private static func headerDate(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: date)
    }
}

/// Text of a header field. Whatever it holds, it ends neither the line nor the field.
enum HeaderText {
    private static let specials = Set("()<>[]:;@\\,.\"".utf8)
    /// 36 bytes make 48 characters of base64, 60 with the frame: with the field's name a line stays below 76.
    private static let longestPiece = 36

    /// As it is when it is short plain ASCII, else encoded words (RFC 2047). Control characters become spaces.
    static func encoded(_ text: String, isPhrase: Bool = false) -> String {
        let clean = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        let isPlain = clean.utf8.allSatisfy { (0x20...0x7E).contains($0) && !(isPhrase && specials.contains($0)) }
        if isPlain, clean.utf8.count <= 60, !clean.contains("=?") { return clean }
        return pieces(clean).map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// Never splits a character.
    private static func pieces(_ text: String) -> [String] {
        var pieces = [""]
        for scalar in text.unicodeScalars {
            if pieces[pieces.count - 1].utf8.count + String(scalar).utf8.count > longestPiece { pieces.append("") }
            pieces[pieces.count - 1].unicodeScalars.append(scalar)
        }
        return pieces
    }
}

/// RFC 2045 section 6.7.
enum QuotedPrintable {
    private static let longestLine = 75

    static func lines(_ text: String) -> [String] {
        let normalised = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        return normalised.split(separator: "\n", omittingEmptySubsequences: false).flatMap { encoded(Array($0.utf8)) }
    }

    private static func encoded(_ line: [UInt8]) -> [String] {
        var lines = [""]
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let isLiteral = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || byte == 0x20 && !isLast
            let unit = isLiteral ? String(UnicodeScalar(byte)) : "=" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            if lines[lines.count - 1].utf8.count + unit.utf8.count > longestLine {
                lines[lines.count - 1] += "="
                lines.append("")
            }
            lines[lines.count - 1] += unit
        }
        return lines
    }
}
