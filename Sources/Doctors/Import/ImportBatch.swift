/// Checked rows that are written in one transaction.
struct ImportBatch: Sendable {
    struct Row: Sendable {
        let lineNumber: Int
        let doctor: ImportedDoctor
    }

    struct Refusal: Sendable {
        let lineNumber: Int
        let problem: RowProblem
    }

    /// With different external ids.
    var rows: [Row]
    /// Bytes of the file read up to and including this batch.
    var byteCount: Int

    static let mostRows = 2000
    /// Of the file; keeps batches of very long rows small.
    static let mostBytes = 8 << 20
}

/// Cuts the rows of a file into batches and reports those that cannot be imported.
struct ImportBatches {
    private var rows: ImportRows
    private let rules: DoctorRules
    private let report: (ImportEvent) -> Void
    private var warned: Set<String> = []
    /// The row that would not fit into the batch before.
    private var waiting: ImportBatch.Row?
    private(set) var readCount = 0
    private(set) var badCount = 0

    private static let mostWarnings = 100

    init(rows: ImportRows, rules: DoctorRules, report: @escaping (ImportEvent) -> Void) {
        self.rows = rows
        self.rules = rules
        self.report = report
    }

    /// The next batch, or nil at the end of the file. An id that comes again starts a new batch, so that the later row wins.
    mutating func next() throws -> ImportBatch? {
        var batch: [ImportBatch.Row] = []
        var ids: Set<String> = []
        let start = rows.bytesRead
        while batch.count < ImportBatch.mostRows, rows.bytesRead - start < ImportBatch.mostBytes, let row = try nextGoodRow() {
            guard ids.insert(row.doctor.facts.external_id).inserted else {
                waiting = row
                break
            }
            batch.append(row)
        }
        return batch.isEmpty ? nil : ImportBatch(rows: batch, byteCount: rows.bytesRead)
    }

    private mutating func nextGoodRow() throws -> ImportBatch.Row? {
        if let row = waiting {
            waiting = nil
            return row
        }
        while let row = try rows.next() {
            readCount += 1
            switch checked(row) {
            case .success(let doctor):
                return ImportBatch.Row(lineNumber: row.lineNumber, doctor: doctor)
            case .failure(let problems):
                badCount += 1
                report(.badRow(line: row.lineNumber, problems: problems.list))
            }
        }
        return nil
    }

    private mutating func checked(_ row: ImportRows.Row) -> Result<ImportedDoctor, RowProblems> {
        switch row.content {
        case .failure(let problem):
            return .failure(RowProblems(list: [problem]))
        case .success(let line):
            for name in line.unknownFields { warn("the field “\(name)” is not known and was ignored") }
            let doctor = rules.doctor(line)
            if case .success(let doctor) = doctor { warnOfNewSchemes(doctor) }
            return doctor
        }
    }

    private mutating func warnOfNewSchemes(_ doctor: ImportedDoctor) {
        for term in doctor.schemes where !rules.vocabularies.schemes.contains(term) {
            warn("the scheme “\(term.name)” is new and was added as \(term.slug)")
        }
    }

    private mutating func warn(_ warning: String) {
        guard warned.count < Self.mostWarnings, warned.insert(warning).inserted else { return }
        report(.warning(warning))
    }
}
