import SwiftCSV

/// The records of a CSV file (RFC 4180, UTF-8) whose header is known.
///
/// SwiftCSV is laxer than RFC 4180 in three ways that do no harm here: white space around cells is dropped, a last empty cell
/// without line end is lost, and a quote that is never closed swallows the rest of the file; the last two leave the
/// record with too few cells, which is refused.
struct CSVTable {
    let file: String
    let records: [CSVRecord]

    /// - Throws: `PlacesFileError` when the header is another or a record has more or fewer cells. O(bytes).
    init(file: String, bytes: [UInt8], columns: [String]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PlacesFileError(file: file, problems: [.init(line: 1, reason: "the file is not valid UTF-8")])
        }
        let rows = try Self.rows(file: file, text: text)
        guard rows.first?.cells == columns else {
            let reason = "the header must be \(columns.joined(separator: ","))"
            throw PlacesFileError(file: file, problems: [.init(line: 1, reason: reason)])
        }
        let problems = rows.filter { $0.cells.count != columns.count }.map {
            PlacesFileError.Problem(line: $0.line, reason: "has \($0.cells.count) cells, not \(columns.count)")
        }
        guard problems.isEmpty else { throw PlacesFileError(file: file, problems: problems) }
        self.file = file
        records = rows.dropFirst().map { row in
            CSVRecord(line: row.line, cells: Dictionary(uniqueKeysWithValues: zip(columns, row.cells)))
        }
    }

    /// Each record made into a value that no other record has the key of.
    /// - Throws: `PlacesFileError` with every record that is refused.
    func map<Value, Key: Hashable>(
        uniqueBy key: (Value) -> Key, _ read: (CSVRecord) throws(CSVCellProblem) -> Value
    ) throws(PlacesFileError) -> [Value] {
        var values: [Value] = []
        var problems: [PlacesFileError.Problem] = []
        var linesByKey: [Key: Int] = [:]
        for record in records {
            do throws(CSVCellProblem) {
                let value = try read(record)
                if let line = linesByKey.updateValue(record.line, forKey: key(value)) {
                    throw CSVCellProblem(reason: "says the same as line \(line)")
                }
                values.append(value)
            } catch {
                problems.append(.init(line: record.line, reason: error.reason))
            }
        }
        guard problems.isEmpty else { throw PlacesFileError(file: file, problems: problems) }
        return values
    }

    private static func rows(file: String, text: String) throws -> [(line: Int, cells: [String])] {
        var rows: [(line: Int, cells: [String])] = []
        var line = 1
        do {
            // The library reads a limit of 0 as "the header only"; the records are wanted unpadded, one by one.
            let csv = try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false, rowLimit: 0)
            try csv.enumerateAsArray(startAt: 0, rowLimit: nil) { cells in
                rows.append((line, cells))
                line += 1 + cells.reduce(0) { $0 + $1.count(where: \.isNewline) }
            }
        } catch {
            throw PlacesFileError(file: file, problems: [.init(line: line, reason: "has a quote in the middle of a cell")])
        }
        return rows
    }
}

/// One record: its cells by column name.
struct CSVRecord {
    /// The line it starts on; 1 is the header.
    let line: Int
    let cells: [String: String]
}

/// Why a record is refused.
struct CSVCellProblem: Error {
    let reason: String
}
