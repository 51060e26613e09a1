extension RequestParameters {
    /// A whole number; JSON may write it as `5.0`.
    public mutating func int(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let digits = digits(name, expected: "a whole number") else { return nil }
        guard let number = Int(digits) ?? Double(digits).flatMap(Int.init(exactly:)) else {
            refuse(name, code: "wrong_type", detail: "This must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return checked(number, name, range)
    }

    /// A finite number.
    public mutating func double(_ name: String, in range: ClosedRange<Double>) -> Double? {
        digits(name, expected: "a number").flatMap(Double.init).flatMap { checked($0, name, range) }
    }

    /// `true` or `false`.
    public mutating func bool(_ name: String) -> Bool? {
        switch takeOne(name) {
        case .text("true"), .json(.bool(true)): return true
        case .text("false"), .json(.bool(false)): return false
        case nil: return nil
        default:
            refuseType(name, "true or false")
            return nil
        }
    }

    /// A place on earth: `lat,lon` in queries and forms, `{"lat": …, "lon": …}` in JSON, in degrees.
    public mutating func coordinate(_ name: String) -> (latitude: Double, longitude: Double)? {
        let numbers: [String?]
        switch takeOne(name) {
        case .text(let text): numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingSpaces() }
        case .json(.object(let members)) where members.count == 2: numbers = ["lat", "lon"].map { number($0, of: members) }
        case nil: return nil
        default: numbers = []
        }
        let degrees = numbers.compactMap { $0 }.compactMap(Self.decimal)
        guard degrees.count == 2, numbers.count == 2 else {
            refuseType(name, "a latitude and a longitude in degrees, like -26.1076,28.0567")
            return nil
        }
        guard abs(degrees[0]) <= 90, abs(degrees[1]) <= 180 else {
            refuse(name, code: "out_of_range", detail: "A latitude is from -90 to 90, a longitude from -180 to 180.")
            return nil
        }
        return (degrees[0], degrees[1])
    }

    private func number(_ key: String, of members: [JSONValue.Member]) -> String? {
        if case .number(let digits) = members.first(where: { $0.name == key })?.value { digits } else { nil }
    }

    /// The text of one number that `Double` reads as finite.
    private mutating func digits(_ name: String, expected: String) -> String? {
        switch takeOne(name) {
        case .text(let text) where Self.decimal(text) != nil: return text
        case .json(.number(let digits)): return digits
        case nil: return nil
        default:
            refuseType(name, expected)
            return nil
        }
    }

    private mutating func checked<T: Comparable>(_ number: T, _ name: String, _ range: ClosedRange<T>) -> T? {
        if range.contains(number) { return number }
        refuse(name, code: "out_of_range", detail: "This must be from \(range.lowerBound) to \(range.upperBound).")
        return nil
    }

    /// A decimal number as people write it: sign, digits, point, exponent; not `nan`, `inf` or `0x1`.
    private static func decimal(_ text: String) -> Double? {
        guard text.utf8.count <= 40, text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }), let number = Double(text) else {
            return nil
        }
        return number.isFinite ? number : nil
    }
}
