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
        var parked: ParkedDoctors
        var storedCardVersion = DoctorCard.storedVersion
    }
    struct Loaded: Sendable {
        var snapshot: IndexSnapshot
        var metadata: Metadata
    }
    let directory: URL

    public init(directory: String) { self.directory = URL(filePath: directory, directoryHint: .isDirectory) }

    /// Writes a state's index over an earlier file of its generation. O(bytes).
    /// - Returns: the file's path and size.
    /// - Parameter merged: the state's view as one segment; changes that came later to signals do no harm.
    func write(_ merged: IndexSnapshot, of state: CurrentIndex.State) throws -> (path: String, bytes: Int) {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try removeAbandonedParts()
        let metadata = Metadata(
            generation: state.generation, cursor: state.cursor, prior: state.prior, parked: state.parked)
        let final = directory.appending(path: SnapshotFiles.name(state.generation))
        let temporary = partFile()
        defer { try? FileManager.default.removeItem(at: temporary) }
        let size = try write(merged, metadata: try JSONEncoder().encode(metadata), to: temporary)
        guard rename(temporary.path, final.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        try synchronizeDirectory()
        for old in try names().dropLast(SnapshotFiles.keptGenerations) {
            try FileManager.default.removeItem(at: directory.appending(path: old))
        }
        return (final.path, size)
    }

    /// The same snapshot, read from a file without a name, so that the system can take its memory back. O(bytes).
    func spilled(_ snapshot: IndexSnapshot) throws -> IndexSnapshot {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let temporary = partFile()
        defer { try? FileManager.default.removeItem(at: temporary) }
        _ = try write(snapshot, metadata: Data(), to: temporary)
        let mapped = try MappedFile(path: temporary.path)
        return try SnapshotReader.read(mapped.bytes, owner: mapped).snapshot
    }

    private func partFile() -> URL { directory.appending(path: "\(SnapshotFiles.partPrefix)\(getpid())-\(UUID())") }

    /// Returns the file's size, when it is on the disk.
    private func write(_ snapshot: IndexSnapshot, metadata: Data, to url: URL) throws -> Int {
        guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: url.path])
        }
        let file = try FileHandle(forWritingTo: url)
        try SnapshotWriter.write(snapshot, metadata: Array(metadata)) { bytes in try file.write(contentsOf: Data(bytes)) }
        try file.synchronize()
        let size = try file.offset()
        try file.close()
        return Int(size)
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

    /// Names this directory's follower to the database, also after a restart; made up the first time.
    func followerID() throws -> UUID {
        let file = directory.appending(path: "follower-id")
        if let text = try? String(contentsOf: file, encoding: .utf8), let id = UUID(uuidString: text) { return id }
        let id = UUID()
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data(id.uuidString.utf8).write(to: file, options: .atomic)
        return id
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

    /// Parts of processes that ended while they wrote.
    private func removeAbandonedParts() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) where name.hasPrefix(SnapshotFiles.partPrefix) {
            let number = name.dropFirst(SnapshotFiles.partPrefix.count).prefix { $0.isNumber }
            guard let process = pid_t(number), kill(process, 0) != 0, errno == ESRCH else { continue }
            try? FileManager.default.removeItem(at: directory.appending(path: name))
        }
    }

    private static let partPrefix = ".part-"
    private static func name(_ generation: String) -> String { prefix + generation + suffix }
    private static let prefix = "doctors-"
    private static let suffix = ".index"
    private static let keptGenerations = 2
}
