extension RequestParameters {
    /// Text without the white space around it; nil if nothing is left.
    /// - Parameter maxBytes: the most UTF-8 bytes accepted, after trimming.
    public mutating func string(_ name: String, maxBytes: Int) -> String? {
        guard let text = text(name, expected: "text")?.trimmingSpaces(), !text.isEmpty else { return nil }
        return checked(text, name, maxBytes: maxBytes)
    }

    /// One of the cases of an enumeration with text values.
    public mutating func enumeration<T: RawRepresentable & CaseIterable>(_ name: String, as: T.Type = T.self) -> T?
    where T.RawValue == String {
        guard let text = text(name, expected: "text") else { return nil }
        if let value = T(rawValue: text) { return value }
        let known = T.allCases.map(\.rawValue).joined(separator: ", ")
        refuse(name, code: "not_allowed", detail: "This must be one of: \(known).")
        return nil
    }

    /// A list of texts: repeated or with commas in queries and forms, an array in JSON. Each is trimmed, empty ones are dropped.
    /// - Parameters:
    ///   - maxCount: the most entries accepted, empty ones counted.
    ///   - maxBytes: the most UTF-8 bytes of one entry.
    public mutating func strings(_ name: String, maxCount: Int, maxBytes: Int) -> [String] {
        let sent = take(name).flatMap { texts(of: $0, name) }
        guard sent.count <= maxCount else {
            refuse(name, code: "too_many", detail: "At most \(maxCount) entries are accepted.")
            return []
        }
        return sent.map { $0.trimmingSpaces() }.filter { !$0.isEmpty }.compactMap { checked($0, name, maxBytes: maxBytes) }
    }

    /// The one text of a name as it was sent.
    mutating func text(_ name: String, expected: String) -> String? {
        switch takeOne(name) {
        case .text(let text), .json(.string(let text)): return text
        case .json:
            refuseType(name, expected)
            return nil
        case nil: return nil
        }
    }

    private mutating func texts(of value: Value, _ name: String) -> [String] {
        switch value {
        case .text(let text): return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        case .json(.array(let elements)):
            let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil as String? } }
            if texts.count < elements.count { refuseType(name, "a list of texts") }
            return texts
        case .json:
            refuseType(name, "a list of texts")
            return []
        }
    }

    private mutating func checked(_ text: String, _ name: String, maxBytes: Int) -> String? {
        if text.utf8.count > maxBytes {
            refuse(name, code: "too_long", detail: "At most \(maxBytes) bytes are accepted.")
        } else if text.utf8.contains(0) {
            refuse(name, code: "not_allowed", detail: "Zero bytes are not accepted.")
        } else {
            return text
        }
        return nil
    }
}

extension StringProtocol {
    /// The text without Unicode white space at either end.
    func trimmingSpaces() -> String {
        // White space beyond ASCII is rare, and looking it up is slow.
        let plain: ClosedRange<Unicode.Scalar> = "!"..."~"
        if let first = unicodeScalars.first, let last = unicodeScalars.last, plain.contains(first), plain.contains(last) {
            return String(self)
        }
        guard let first = unicodeScalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = unicodeScalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(String.UnicodeScalarView(unicodeScalars[first...last]))
    }
}
