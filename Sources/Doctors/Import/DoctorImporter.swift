import Foundation
import Postgres

/// Imports doctors from a file of any size: JSON Lines or CSV, in memory of a few batches.
///
/// The file is the truth for the fields of its format: a doctor it names is made to be as its row says, and what the row
/// does not say is cleared. Doctors it does not name stay as they are. Each row is imported whole or not at all.
/// Rows are written 2 000 a transaction; while one batch is written the next is read.
public struct DoctorImporter: Sendable {
    private let pool: PostgresPool

    /// - Parameter pool: with the migrations of this feature applied.
    public init(pool: PostgresPool) { self.pool = pool }

    /// Reads the file and writes what is good in it. Importing a file twice changes nothing the second time.
    /// - Parameters:
    ///   - now: `next_available_in_minutes` counts from the local midnight before it.
    ///   - report: called from one task at a time, in no promised order between bad rows and progress.
    /// - Throws: `ImportError` when the file cannot be read; what the database throws when it fails, batches before stay.
    public func importDoctors(
        at path: String,
        format: ImportFormat,
        now: Date = Date(),
        report: (ImportEvent) -> Void = { _ in }
    ) async throws -> ImportResult {
        let file = try ImportFile(path: path)
        defer { file.close() }
        let vocabularies = try await VocabularyStore(database: pool).load()
        return try await withoutActuallyEscaping(report) { report in
            var batches = ImportBatches(
                rows: try ImportRows(LineReader(file.handle), format: format),
                rules: DoctorRules(vocabularies: vocabularies, now: now),
                report: report
            )
            return try await run(&batches, totalByteCount: file.byteCount, report: report)
        }
    }

    private func run(
        _ batches: inout ImportBatches, totalByteCount: Int, report: (ImportEvent) -> Void
    ) async throws -> ImportResult {
        try await withThrowingTaskGroup(of: Written.self) { group in
            var result = ImportResult()
            func take(_ written: Written?) {
                guard let written else { return }
                for refusal in written.refusals {
                    report(.badRow(line: refusal.lineNumber, problems: [refusal.problem]))
                }
                result.bad += written.refusals.count
                result.imported += written.changedCount
                result.unchanged += written.batch.rows.count - written.refusals.count - written.changedCount
                report(.progress(ImportProgress(
                    rowCount: result.imported + result.unchanged + result.bad + batches.badCount,
                    byteCount: written.batch.byteCount,
                    totalByteCount: totalByteCount
                )))
            }
            while let batch = try batches.next() {
                take(try await group.next())
                group.addTask { try await write(batch) }
            }
            take(try await group.next())
            result.bad += batches.badCount
            result.read = batches.readCount
            return result
        }
    }
}

extension DoctorImporter {
    private struct Written: Sendable {
        let batch: ImportBatch
        var changedCount = 0
        var refusals: [ImportBatch.Refusal] = []
    }

    /// Writes the batch; when the database refuses it, its halves, down to the rows that are to blame.
    private func write(_ batch: ImportBatch) async throws -> Written {
        var written = Written(batch: batch)
        try await write(batch.rows[...], &written)
        return written
    }

    private func write(_ rows: ArraySlice<ImportBatch.Row>, _ written: inout Written) async throws {
        try Task.checkCancellation()
        do {
            written.changedCount += try await pool.transaction { connection in
                try await ImportStore(connection: connection).write(rows.map(\.doctor))
            }
        } catch let error as PostgresError where error.refusesRow {
            if rows.count == 1, let row = rows.first {
                written.refusals.append(.init(lineNumber: row.lineNumber, problem: error.rowProblem))
            } else {
                let middle = rows.startIndex + rows.count / 2
                try await write(rows[..<middle], &written)
                try await write(rows[middle...], &written)
            }
        }
    }
}

extension PostgresError {
    /// Class 22, a value that does not fit, or 23, a constraint.
    fileprivate var refusesRow: Bool { sqlState.hasPrefix("22") || sqlState.hasPrefix("23") }

    fileprivate var rowProblem: RowProblem {
        switch constraint {
        case "doctors_hpcsa_number_once": RowProblem("hpcsa_number", "belongs to another doctor")
        case let constraint?: RowProblem(nil, "breaks the rule \(constraint)")
        case nil: RowProblem(nil, "holds a value the database refuses (\(sqlState))")
        }
    }
}
