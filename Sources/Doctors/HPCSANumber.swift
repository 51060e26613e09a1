/// A registration number with the Health Professions Council of South Africa. There is no check digit.
struct HPCSANumber: Equatable, Sendable {
    /// Upper case without spaces: two or three letters and seven digits, padded with zeros (HPCSA prints fewer), or eight as they are.
    let text: String

    /// Nil for anything else.
    init?(_ written: String) {
        let compact = written.uppercased().filter { !$0.isWhitespace }
        let letters = compact.utf8.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }.count
        let digits = compact.utf8.dropFirst(letters)
        guard (2...3).contains(letters), (6...8).contains(digits.count), digits.allSatisfy(DoctorRules.isDigit) else { return nil }
        text = compact.prefix(letters) + (digits.count < 7 ? "0" : "") + compact.dropFirst(letters)
    }

    /// For messages that begin "must be …".
    static let form = "two or three letters and six to eight digits, for example MP0123456"
}
