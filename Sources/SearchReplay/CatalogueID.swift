/// An identity as a catalogue writes it.
enum CatalogueID: Hashable, Sendable {
    case integer(Int64)
    case string(String)

    /// Integers by value, then strings by their UTF-8.
    func precedes(_ other: CatalogueID) -> Bool {
        switch (self, other) {
        case (.integer(let a), .integer(let b)): a < b
        case (.integer, .string): true
        case (.string, .integer): false
        case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        }
    }
}

extension CatalogueID: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        }
    }
}

/// The numbers documents go by in the index: integers keep their value, strings follow them in their order, so that
/// ties broken by number are broken by id.
struct CatalogueIDs: Sendable {
    /// Above every integer.
    private let firstStringNumber: Int64
    /// Ascending.
    private let strings: [String]

    /// Numbers for `ids`, in their order. Throws the place of the first id that was there before, and of that one.
    static func assign(_ ids: [CatalogueID]) throws(Repeated) -> (ids: CatalogueIDs, numbers: [Int64]) {
        let order = ids.indices.sorted { a, b in
            ids[a].precedes(ids[b]) || (!ids[b].precedes(ids[a]) && a < b)
        }
        let repeated = zip(order, order.dropFirst()).filter { !ids[$0].precedes(ids[$1]) }
        if let (earlier, later) = repeated.min(by: { $0.1 < $1.1 }) { throw Repeated(earlier: earlier, later: later) }

        var numbers = [Int64](repeating: 0, count: ids.count)
        var strings: [String] = []
        var firstStringNumber: Int64 = 0
        for place in order {
            switch ids[place] {
            case .integer(let value):
                numbers[place] = value
                firstStringNumber = value + 1
            case .string(let value):
                numbers[place] = firstStringNumber + Int64(strings.count)
                strings.append(value)
            }
        }
        return (CatalogueIDs(firstStringNumber: firstStringNumber, strings: strings), numbers)
    }

    struct Repeated: Error {
        let earlier: Int
        let later: Int
    }

    /// The id as the catalogue wrote it.
    func original(of number: Int64) -> CatalogueID {
        number < firstStringNumber ? .integer(number) : .string(strings[Int(number - firstStringNumber)])
    }
}
