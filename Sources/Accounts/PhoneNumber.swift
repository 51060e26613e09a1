/// A number that can receive a message, as `+27821234567` (E.164). South African ones may be written as people do:
/// `082 123 4567`, `27 82…`, `+27 (0)82…`, `0027…`; foreign ones need their `+` or `00`.
struct PhoneNumber: Equatable, Sendable {
    let text: String

    /// Nil for anything else, and for South African numbers that are not cell numbers.
    init?(_ written: String) {
        let kept = written.replacing("(0)", with: "").filter { !" -().\u{A0}".contains($0) }
        let isInternational = kept.hasPrefix("+")
        var digits = isInternational ? String(kept.dropFirst()) : kept
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        if !isInternational {
            if digits.hasPrefix("00") { digits.removeFirst(2) }
            else if digits.hasPrefix("0"), digits.count == 10 { digits = "27" + digits.dropFirst() }
            else if !digits.hasPrefix("27") || digits.count != 11 { return nil }
        }
        guard (7...15).contains(digits.count), !digits.hasPrefix("0") else { return nil }
        if digits.hasPrefix("27") {
            let national = digits.dropFirst(2)
            let isCell = national.count == 9 && (national.hasPrefix("6") || national.hasPrefix("7") || "12345".contains(national.dropFirst().first ?? "x") && national.hasPrefix("8"))
            guard isCell else { return nil }
        }
        text = "+" + digits
    }
}
