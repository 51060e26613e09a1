/// SQL as a value: literal text stays text, every interpolated value becomes a bound parameter.
///
///     let sql: SQL = "SELECT surname FROM doctors WHERE doctor_id = \(id)"
///
/// A parameter carries the PostgreSQL type of its Swift type (`Int` is `bigint`, `String` is `text`), so a column of
/// another type may need a cast: `\(state)::verification_state`. The description shows `$1`, never a value.
public struct SQL: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// Text around the parameters: always one piece more than there are bindings.
    private var pieces: [String]
    private(set) var bindings: [SQLBinding]

    public init(stringLiteral value: String) {
        self.init(unescaped: value)
    }

    /// Trusted text, taken as it is. Never pass anything a person typed.
    public init(unescaped text: String) {
        pieces = [text]
        bindings = []
    }

    public init(stringInterpolation interpolation: StringInterpolation) {
        self = interpolation.sql
    }

    /// The statement as PostgreSQL reads it, with `$1`, `$2`, … in place of the values.
    public var text: String {
        pieces.indices.dropFirst().reduce(into: pieces[0]) { text, index in
            text += "$\(index)" + pieces[index]
        }
    }

    public var description: String { text }

    private mutating func append(_ text: String) {
        pieces[pieces.count - 1] += text
    }

    private mutating func append(_ binding: SQLBinding) {
        bindings.append(binding)
        pieces.append("")
    }

    /// Appends a fragment; its parameters are renumbered to follow the ones already here.
    public mutating func append(_ fragment: SQL) {
        append(fragment.pieces[0])
        bindings += fragment.bindings
        pieces += fragment.pieces.dropFirst()
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = SQL(unescaped: "")

        public init(literalCapacity: Int, interpolationCount: Int) {}

        public mutating func appendLiteral(_ literal: String) {
            sql.append(literal)
        }

        /// Binds a value. One that cannot be sent (a date out of range, a failing `Encodable`) makes the query throw.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            sql.append(SQLBinding(value))
        }

        /// Binds a value or NULL.
        public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) {
            sql.append(SQLBinding(value))
        }

        /// Splices another statement fragment together with its parameters.
        public mutating func appendInterpolation(_ fragment: SQL) {
            sql.append(fragment)
        }

        /// Splices trusted text as it is. Never pass anything a person typed.
        public mutating func appendInterpolation(unescaped text: String) {
            sql.append(text)
        }
    }
}

/// One bound parameter in PostgreSQL's binary format; its description shows the type only.
struct SQLBinding: Sendable, CustomStringConvertible, CustomReflectable {
    let type: PostgresType
    /// `nil` is NULL; a failure is thrown when the statement is sent.
    let bytes: Result<[UInt8]?, PostgresEncodingError>

    init<Value: PostgresEncodable>(_ value: Value) {
        type = Value.postgresType
        bytes = Result {
            var bytes: [UInt8] = []
            return try value.encode(into: &bytes) == .null ? nil : bytes
        }.mapError { _ in PostgresEncodingError(swiftType: "\(Value.self)", postgresType: Value.postgresType) }
    }

    var description: String { "SQLBinding(\(type))" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
