/// Reading the fields of one line, each with the type and range its format names.
extension JSONCursor {
    /// Reads a line that is one object. `field` reads the value of a key it knows and returns true; other values are
    /// skipped, and so is `null`, which means absent.
    static func readLine(_ line: [UInt8], _ field: (_ key: String, inout JSONCursor) throws -> Bool) throws {
        var cursor = JSONCursor(line)
        try cursor.readObject { key, value in
            if value.readNull() { return }
            do {
                if try field(key, &value) { return }
            } catch let problem as LineProblem {
                throw LineProblem(reason: "\(key): \(problem.reason)")
            }
            try value.skipValue()
        }
        try cursor.finish()
    }

    mutating func readStrings() throws -> [String] {
        var strings: [String] = []
        try readArray { strings.append(try $0.readString()) }
        return strings
    }

    mutating func readInteger(in range: ClosedRange<Int64>) throws -> Int {
        let value = try readInteger()
        guard range.contains(value) else { throw JSONCursor.outside(range, value) }
        return Int(value)
    }

    mutating func readNumber(in range: ClosedRange<Double>) throws -> Double {
        let value = try readNumber()
        guard range.contains(value) else { throw JSONCursor.outside(range, value) }
        return value
    }

    /// Reads a string that names one of the cases.
    mutating func readChoice<Choice: CaseIterable & RawRepresentable<String>>() throws -> Choice {
        let text = try readString()
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw LineProblem(reason: "\"\(text)\" is none of \(known)")
        }
        return choice
    }

    private static func outside<Bound>(_ range: ClosedRange<Bound>, _ value: Bound) -> LineProblem {
        LineProblem(reason: "\(value) is not in \(range.lowerBound)…\(range.upperBound)")
    }
}
