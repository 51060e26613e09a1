import Foundation
import SearchIndex

/// How soon a process answers from a snapshot file: mapped, every checksum verified, then the first query of a log.
public struct ReplayOpening {
    private let openingSeconds: Double
    private let firstAnswerSeconds: Double
    private let documents: Int
    private let bytes: Int

    /// Throws `ReplayError` for a log, and `SnapshotError` for a file, that cannot be used.
    public init(snapshot: String, queries: String) throws {
        guard let logged = try LoggedQuery.read(file: queries).first else {
            throw ReplayError.nothingToRun(file: queries, queryClass: nil)
        }
        let schema = ReplaySchema()
        let file = try MappedData(snapshot)
        bytes = file.bytes.count
        let (openingSeconds, index) = try ReplayReading.seconds { try SnapshotReader.read(file.bytes, owner: file).snapshot }
        guard index.schema == ReplaySchema.indexSchema else { throw SnapshotError.notASnapshot }
        documents = index.rowCount
        let (firstAnswerSeconds, _) = ReplayReading.seconds {
            Searcher(IndexView(index)).search(schema.query(logged, countsMatches: false))
        }
        self.openingSeconds = openingSeconds
        self.firstAnswerSeconds = firstAnswerSeconds
    }

    /// One line.
    public var summary: String {
        String(
            format: "%d documents, %.0f MB: opened and verified in %.0f ms, first answer %.2f ms later", documents,
            Double(bytes) / 1e6, openingSeconds * 1e3, firstAnswerSeconds * 1e3)
    }

    static func write(_ index: IndexSnapshot, to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path) else {
            throw ReplayError.unreadable(file: path, reason: "cannot be written")
        }
        try SnapshotWriter.write(index, metadata: []) { try handle.write(contentsOf: $0) }
        try handle.close()
    }
}

/// A file's bytes, mapped for as long as this object lives.
private final class MappedData {
    private let data: NSData
    let bytes: UnsafeRawBufferPointer

    init(_ path: String) throws {
        data = try NSData(contentsOfFile: path, options: .alwaysMapped)
        bytes = UnsafeRawBufferPointer(start: data.bytes, count: data.length)
    }
}
