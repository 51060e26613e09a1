/// The rows a statement returned, decoded one column at a time when asked for.
public struct PostgresResult: Sendable, RandomAccessCollection {
    private let rows: LibPQResult
    private let columns: PostgresColumns
    /// Rows inserted, updated, deleted or selected; 0 for other statements.
    public let affectedRows: Int

    init(_ rows: LibPQResult) {
        self.rows = rows
        columns = PostgresColumns(rows.columns)
        affectedRows = rows.affectedRows
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { rows.rowCount }

    public subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "row out of range")
        return PostgresRow(rows: rows, columns: columns, index: position)
    }
}

/// One row of a ``PostgresResult``.
public struct PostgresRow: Sendable {
    fileprivate let rows: LibPQResult
    fileprivate let columns: PostgresColumns
    fileprivate let index: Int

    /// Reads a column by name; O(1). With two columns of one name, the first.
    /// - Throws: ``PostgresDecodingError``, which names the column and both types.
    public func decode<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let position = columns.positions[column] else {
            throw PostgresDecodingError(column: column, postgresType: nil, swiftType: "\(type)", mismatch: nil)
        }
        let postgresType = columns.types[position]
        do {
            return try rows.withBytes(row: index, column: position) {
                try Value(postgres: PostgresValue(type: postgresType, buffer: $0))
            }
        } catch {
            throw PostgresDecodingError(
                column: column, postgresType: postgresType, swiftType: "\(type)", mismatch: error as? PostgresMismatch
            )
        }
    }
}

/// Names and types of a result's columns, shared by its rows.
private final class PostgresColumns: Sendable {
    let types: [PostgresType]
    let positions: [String: Int]

    init(_ columns: [(name: String, type: PostgresType)]) {
        types = columns.map(\.type)
        positions = Dictionary(columns.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
}
