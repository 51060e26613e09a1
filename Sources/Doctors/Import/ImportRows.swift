import Foundation

/// The rows of an import file in either format, one by one.
struct ImportRows {
    struct Row {
        /// Counted from 1; where a CSV record spans lines, its first.
        let lineNumber: Int
        let content: Result<ImportLine, RowProblem>
    }

    private enum Source {
        case jsonLines(LineReader)
        case csv(CSVRecordReader, CSVColumns)
    }

    private var source: Source

    init(_ lines: LineReader, format: ImportFormat) throws {
        switch format {
        case .jsonLines:
            source = .jsonLines(lines)
        case .csv:
            var records = CSVRecordReader(lines: lines)
            guard let header = try records.next(), case .success(let names) = header.cells else {
                throw ImportError.missingHeader
            }
            source = .csv(records, try CSVColumns(header: names))
        }
    }

    /// The next row, or nil at the end. Empty lines are passed over.
    mutating func next() throws -> Row? {
        switch source {
        case .jsonLines(var lines):
            defer { source = .jsonLines(lines) }
            while let line = try lines.next() {
                if line.bytes?.isEmpty == true { continue }
                return Row(lineNumber: line.number, content: Self.content(of: line))
            }
            return nil
        case .csv(var records, let columns):
            defer { source = .csv(records, columns) }
            return try records.next().map { record in
                Row(lineNumber: record.lineNumber, content: Self.content(of: record, columns))
            }
        }
    }

    var bytesRead: Int {
        switch source {
        case .jsonLines(let lines): lines.bytesRead
        case .csv(let records, _): records.lines.bytesRead
        }
    }

    private static func content(of line: LineReader.Line) -> Result<ImportLine, RowProblem> {
        Result { () throws(RowProblem) in
            guard let bytes = line.bytes else {
                throw RowProblem(nil, "is longer than \(LineReader.maximumLineBytes) bytes")
            }
            return try ImportLine.parse(bytes)
        }
    }

    private static func content(of record: CSVRecordReader.Record, _ columns: CSVColumns) -> Result<ImportLine, RowProblem> {
        Result { () throws(RowProblem) in try ImportLine.parse(columns.json(record.cells.get())) }
    }
}
