/// An e-mail address, lower case; ASCII, as nearly all are.
struct EmailAddress: Equatable, Sendable {
    let text: String

    /// Nil unless the text, trimmed by the reader, looks like an address somebody can have.
    init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].utf8.count),
            text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !"\"(),:;<>[\\]".utf8.contains($0) })
        else { return nil }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 && !$0.hasPrefix("-") && !$0.hasSuffix("-") }) else { return nil }
        self.text = text.lowercased()
    }
}
