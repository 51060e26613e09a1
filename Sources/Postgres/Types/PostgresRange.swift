import FoundationEssentials

/// A range value; with `Date` bounds it is `tstzrange`.
public enum PostgresRange<Bound: Hashable & Sendable>: Hashable, Sendable {
    /// The range that contains nothing.
    case empty
    case bounds(lower: Edge, upper: Edge)

    public enum Edge: Hashable, Sendable {
        case unbounded
        case inclusive(Bound)
        case exclusive(Bound)
    }
}

extension PostgresRange where Bound: Comparable {
    /// The half-open range `[lower, upper)`.
    public init(_ range: Range<Bound>) {
        self = range.isEmpty ? .empty : .bounds(lower: .inclusive(range.lowerBound), upper: .exclusive(range.upperBound))
    }
}

/// The binary form is a byte of flags, then the bounds that exist.
extension PostgresRange: PostgresCodable, PostgresArrayElement where Bound == Date {
    public static var postgresType: PostgresType { .tstzrange }

    public func encode(into bytes: inout [UInt8]) throws -> PostgresEncoding {
        guard case .bounds(let lower, let upper) = self else {
            bytes.append(RangeFlags.empty.rawValue)
            return .value
        }
        let flags = RangeFlags(lower, inclusive: .lowerInclusive, unbounded: .lowerUnbounded)
            .union(RangeFlags(upper, inclusive: .upperInclusive, unbounded: .upperUnbounded))
        bytes.append(flags.rawValue)
        for bound in [lower.bound, upper.bound].compactMap(\.self) { try bytes.append(element: bound) }
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .tstzrange)
        let flags = RangeFlags(rawValue: try reader.integer())
        guard !flags.contains(.empty) else {
            self = .empty
            return
        }
        let lower = try Edge(&reader, flags.contains(.lowerInclusive), flags.contains(.lowerUnbounded))
        let upper = try Edge(&reader, flags.contains(.upperInclusive), flags.contains(.upperUnbounded))
        self = .bounds(lower: lower, upper: upper)
    }
}

extension PostgresRange.Edge {
    fileprivate var bound: Bound? {
        switch self {
        case .unbounded: nil
        case .inclusive(let bound), .exclusive(let bound): bound
        }
    }
}

extension PostgresRange.Edge where Bound == Date {
    fileprivate init(_ reader: inout PostgresReader, _ isInclusive: Bool, _ isUnbounded: Bool) throws {
        guard !isUnbounded else {
            self = .unbounded
            return
        }
        let bound = try Date(postgres: reader.element(of: .timestamptz))
        self = isInclusive ? .inclusive(bound) : .exclusive(bound)
    }
}

/// `RANGE_EMPTY` and its neighbours in PostgreSQL's `utils/rangetypes.h`.
private struct RangeFlags: OptionSet {
    let rawValue: UInt8

    static let empty = Self(rawValue: 0x01)
    static let lowerInclusive = Self(rawValue: 0x02)
    static let upperInclusive = Self(rawValue: 0x04)
    static let lowerUnbounded = Self(rawValue: 0x08)
    static let upperUnbounded = Self(rawValue: 0x10)
}

extension RangeFlags {
    init<Bound>(_ edge: PostgresRange<Bound>.Edge, inclusive: RangeFlags, unbounded: RangeFlags) {
        self =
            switch edge {
            case .unbounded: unbounded
            case .inclusive: inclusive
            case .exclusive: []
            }
    }
}
