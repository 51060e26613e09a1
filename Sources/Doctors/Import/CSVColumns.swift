import Web

/// Turns a CSV record into the JSON object it stands for, so that both formats are read by one reader.
/// Empty cells are absent; lists are separated by `|`; fees have a column each (`fees.first_visit`).
struct CSVColumns {
    private enum Kind { case text, number, flag, list }

    private let names: [String]

    init(header: [String]) throws(ImportError) {
        for name in header where header.count(where: { $0 == name }) > 1 { throw .repeatedColumn(name) }
        guard header.contains("id") else { throw .missingColumn("id") }
        names = header
    }

    func json(_ cells: [String]) throws(RowProblem) -> [UInt8] {
        guard cells.count == names.count else {
            throw RowProblem(nil, "has \(cells.count) cells where the header has \(names.count)")
        }
        let pairs = zip(names, cells).filter { !$1.isEmpty }
        var json = JSONWriter()
        json.beginObject()
        for (name, cell) in pairs where !name.hasPrefix(Self.feePrefix) {
            json.key(escaping: name)
            Self.write(cell, as: Self.kinds[name] ?? .text, to: &json)
        }
        Self.writeFees(pairs.filter { $0.0.hasPrefix(Self.feePrefix) }, to: &json)
        json.endObject()
        return json.bytes
    }

    private static func writeFees(_ fees: [(name: String, cell: String)], to json: inout JSONWriter) {
        guard !fees.isEmpty else { return }
        json.key("fees")
        json.beginObject()
        for (name, cell) in fees {
            json.key(escaping: String(name.dropFirst(feePrefix.count)))
            write(cell, as: .number, to: &json)
        }
        json.endObject()
    }

    private static let feePrefix = "fees."

    private static let kinds: [String: Kind] = [
        "specialties": .list, "sub_specialties": .list, "languages": .list, "schemes": .list,
        "telehealth": .flag, "sample": .flag, "shows_fees": .flag,
        "practising_since": .number, "rating": .number, "review_count": .number, "lat": .number, "lon": .number,
        "fee_cents": .number, "next_available": .number, "next_available_in_minutes": .number,
    ]

    /// A cell that is not what its column holds is written as text, which the reader then refuses by the field's name.
    private static func write(_ cell: String, as kind: Kind, to json: inout JSONWriter) {
        switch kind {
        case .list:
            json.beginArray()
            for item in cell.split(separator: "|") { json.string(String(item)) }
            json.endArray()
        case .flag where cell == "true": json.bool(true)
        case .flag where cell == "false": json.bool(false)
        case .number where isNumber(cell.utf8): json.raw(cell)
        default: json.string(cell)
        }
    }

    /// JSON's form without exponent: `-?(0|[1-9][0-9]*)(\.[0-9]+)?`.
    private static func isNumber(_ cell: String.UTF8View) -> Bool {
        let parts = cell.drop { $0 == UInt8(ascii: "-") }.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let hasOneSign = cell.dropFirst().first != UInt8(ascii: "-")
        let hasPlainStart = parts[0].count == 1 || parts[0].first != UInt8(ascii: "0")
        return hasOneSign && hasPlainStart && parts.count <= 2
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(DoctorRules.isDigit) }
    }
}
