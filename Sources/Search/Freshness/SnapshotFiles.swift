import Foundation
import SearchIndex

/// The snapshot files of one server's index directory: one a generation, the newest two kept. A file is complete or
/// not there: it is written beside, synced, then renamed.
public struct SnapshotFiles: Sendable {
    /// What a file holds beside the index.
    struct Metadata: Codable, Sendable {
        var generation: String
        var cursor: ChangeCursor
        var prior: RatingPrior
        var storedCardVersion = DoctorCard.storedVersion
    }
    struct Loaded: Sendable {
        var snapshot: IndexSnapshot
        var metadata: Metadata
    }
    let directory: URL

    public init(directory: String) { self.directory = URL(filePath: directory, directoryHint: .isDirectory) }

    /// Writes a state's index, all segments merged into one. O(bytes).
    /// - Returns: the file's path and size.
    func write(_ state: CurrentIndex.State) throws -> (path: String, bytes: Int) {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let metadata = Metadata(generation: state.generation, cursor: state.cursor, prior: state.prior)
        let final = directory.appending(path: SnapshotFiles.name(state.generation))
        let temporary = directory.appending(path: ".\(SnapshotFiles.name(state.generation)).partial")
        guard FileManager.default.createFile(atPath: temporary.path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: temporary.path])
        }
        defer { try? FileManager.default.removeItem(at: temporary) }
        let file = try FileHandle(forWritingTo: temporary)
        try SnapshotWriter.write(state.view.merged(), metadata: Array(try JSONEncoder().encode(metadata))) { bytes in
            try file.write(contentsOf: Data(bytes))
        }
        try file.synchronize()
        let size = try file.offset()
        try file.close()
        guard rename(temporary.path, final.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        try synchronizeDirectory()
        for old in try names().dropLast(SnapshotFiles.keptGenerations) {
            try FileManager.default.removeItem(at: directory.appending(path: old))
        }
        return (final.path, Int(size))
    }

    /// Name of the newest generation there is a file of. Reads the directory only.
    func newestGeneration() -> String? {
        (try? names())?.last.map { String($0.dropFirst(SnapshotFiles.prefix.count).dropLast(SnapshotFiles.suffix.count)) }
    }

    /// The newest file that can be read; damaged ones are passed over and reported.
    func newest(onDamaged: (_ path: String, _ error: any Error) -> Void) -> Loaded? {
        for name in ((try? names()) ?? []).reversed() {
            let file = directory.appending(path: name)
            do {
                let mapped = try MappedFile(path: file.path)
                let (snapshot, metadata) = try SnapshotReader.read(mapped.bytes, owner: mapped)
                let decoded = try JSONDecoder().decode(Metadata.self, from: Data(metadata))
                guard snapshot.schema == DoctorSchema.schema, decoded.storedCardVersion == DoctorCard.storedVersion else {
                    throw SnapshotError.notASnapshot
                }
                return Loaded(snapshot: snapshot, metadata: decoded)
            } catch {
                onDamaged(file.path, error)
            }
        }
        return nil
    }

    /// A rename survives a power cut only when its directory is synced too.
    private func synchronizeDirectory() throws {
        let descriptor = open(directory.path, O_RDONLY)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// File names of all generations, oldest first.
    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasPrefix(SnapshotFiles.prefix) && $0.hasSuffix(SnapshotFiles.suffix) }
            .sorted()
    }

    private static func name(_ generation: String) -> String { prefix + generation + suffix }
    private static let prefix = "doctors-"
    private static let suffix = ".index"
    private static let keptGenerations = 2
}
