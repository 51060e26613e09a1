import Domain
import Foundation
import Postgres

/// Loads the committed vocabularies, `specialties.csv`, `languages.csv` and `schemes.csv`, into the database.
/// Known slugs and codes are brought up to date, others are added, none is removed. Loading twice changes nothing.
public struct ReferenceData: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) { self.pool = pool }

    /// - Parameter directory: where the three files are.
    /// - Throws: `ImportError` for a file that cannot be read, `ReferenceDataError` for a row that cannot.
    public func load(from directory: String) async throws {
        let files = try ReferenceFiles(directory: directory)
        try await pool.transaction { connection in
            try await Self.upsert(files.terminology.specialties.map {
                Entry(key: $0.slug, name: $0.field, second_name: $0.practitioner, common_names: $0.commonNames)
            }, into: "specialties", key: "slug", secondName: "practitioner", connection)
            try await Self.upsert(files.terminology.languages.map {
                Entry(key: $0.code, name: $0.name, second_name: $0.otherNames[0], common_names: Array($0.otherNames.dropFirst()))
            }, into: "languages", key: "code", secondName: "english_name", connection)
            try await Self.upsert(files.terminology.schemes.map {
                Entry(key: $0.code, name: $0.name, second_name: nil, common_names: $0.otherNames)
            }, into: "schemes", key: "slug", secondName: nil, connection)
        }
    }

    /// The slugs of `specialties.csv`.
    /// - Throws: as `load`.
    public static func specialtySlugs(directory: String) throws -> [String] {
        try ReferenceFiles(directory: directory).terminology.specialties.map(\.slug)
    }

    private struct Entry: Codable, Sendable {
        let key: String
        let name: String
        let second_name: String?
        let common_names: [String]
    }

    private static func upsert(
        _ entries: [Entry], into table: String, key: String, secondName: String?, _ connection: PostgresConnection
    ) async throws {
        let columns = ["name", "common_names"] + (secondName.map { [$0] } ?? [])
        let sources = ["name", "common_names"] + (secondName == nil ? [] : ["second_name"])
        func list(_ names: [String], of table: String) -> String { names.map { "\(table).\($0)" }.joined(separator: ", ") }
        try await connection.query("""
            INSERT INTO \(unescaped: table) AS known (\(unescaped: key), \(unescaped: columns.joined(separator: ", ")))
            SELECT r.key, \(unescaped: list(sources, of: "r"))
            FROM jsonb_to_recordset(\(JSONValue(entries))) AS r (key text, name text, second_name text, common_names text[])
            ORDER BY r.key
            ON CONFLICT (\(unescaped: key)) DO UPDATE
            SET (\(unescaped: columns.joined(separator: ", "))) = ROW (\(unescaped: list(columns, of: "excluded")))
            WHERE (\(unescaped: list(columns, of: "known"))) IS DISTINCT FROM (\(unescaped: list(columns, of: "excluded")))
            """)
    }
}

/// A committed file of reference data has a row that cannot be read.
public struct ReferenceDataError: Error, Equatable, CustomStringConvertible {
    /// Without directory.
    public let file: String
    /// Counted from 1.
    public let lineNumber: Int

    public var description: String { "\(file), line \(lineNumber): the row cannot be read or has too few or too many cells" }
}
