import FoundationEssentials

/// `numeric`: groups of four decimal digits. NaN is kept; infinity and more than 38 significant digits do not decode.
extension Decimal: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .numeric }

    public func encode(into bytes: inout [UInt8]) throws -> PostgresEncoding {
        let numeric = isNaN ? Numeric.notANumber : try Numeric(decimalText: description)
        for field in [Int16(numeric.groups.count), numeric.weight] { bytes.append(bigEndian: field) }
        bytes.append(bigEndian: numeric.sign)
        bytes.append(bigEndian: numeric.scale)
        for group in numeric.groups { bytes.append(bigEndian: group) }
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .numeric)
        let count: Int16 = try reader.integer()
        var numeric = Numeric(weight: try reader.integer(), sign: try reader.integer(), scale: try reader.integer())
        numeric.groups = try (0..<max(0, count)).map { _ in try reader.integer() }
        if numeric.sign == Numeric.notANumber.sign {
            self = .nan
        } else {
            self = try numeric.decimal()
        }
    }
}

/// The fields of PostgreSQL's binary numeric: `Σ groups[i] · 10000^(weight − i)`, shown with `scale` decimals.
private struct Numeric {
    var weight: Int16
    var sign: UInt16
    var scale: UInt16
    var groups: [Int16] = []

    static let positive: UInt16 = 0x0000
    static let negative: UInt16 = 0x4000
    static let notANumber = Numeric(weight: 0, sign: 0xC000, scale: 0)
    /// Every 38-digit integer fits the 128-bit mantissa of `Decimal`.
    private static let significantDigits = 38

    /// The value, exactly.
    func decimal() throws -> Decimal {
        guard sign == Self.positive || sign == Self.negative else { throw PostgresMismatch.unrepresentable }
        let digits = groups.reduce(into: "") { $0 += String(String(Int($1) + 10_000).dropFirst()) }
        let significant = digits.drop { $0 == "0" }.reversed().drop { $0 == "0" }
        let lowestExponent = (Int(weight) - groups.count + 1) * 4
        let exponent = lowestExponent + digits.reversed().prefix { $0 == "0" }.count
        guard !significant.isEmpty else { return 0 }
        guard significant.count <= Self.significantDigits, (-127...127).contains(exponent),
            let mantissa = Decimal(string: String(significant.reversed()))
        else { throw PostgresMismatch.unrepresentable }
        return Decimal(sign: sign == Self.negative ? .minus : .plus, exponent: exponent, significand: mantissa)
    }
}

extension Numeric {
    /// Reads plain decimal digits, as `Decimal.description` writes them.
    init(decimalText text: String) throws {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        let whole = String(parts[0])
        let padded =
            String(repeating: "0", count: (4 - whole.count % 4) % 4) + whole + fraction
            + String(repeating: "0", count: (4 - fraction.count % 4) % 4)
        var digits = Substring(padded)
        self.init(
            weight: Int16((whole.count + 3) / 4 - 1),
            sign: isNegative ? Self.negative : Self.positive,
            scale: UInt16(fraction.count)
        )
        while !digits.isEmpty {
            guard let group = Int16(digits.prefix(4)) else { throw PostgresMismatch.unrepresentable }
            groups.append(group)
            digits = digits.dropFirst(4)
        }
    }
}
