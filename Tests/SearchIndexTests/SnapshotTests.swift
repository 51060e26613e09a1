import SearchIndex
import Testing

@Suite("Snapshot files")
struct SnapshotTests {
    @Test("a snapshot reads back with identical answers, stored bytes and metadata", arguments: 0..<4)
    func roundTrip(shard: Int) throws {
        var catalogue = RandomCatalogue(SeededGenerator("snapshot", shard: shard))
        for size in [0, 1, 7, 200] {
            let original = snapshot(of: catalogue.documents(count: size))
            let metadata = (0..<catalogue.random.int(0...100)).map { _ in UInt8(catalogue.random.int(0...255)) }
            let (copy, readMetadata) = try read(try bytes(original, metadata: metadata))
            #expect(readMetadata == metadata)
            #expect(copy.schema == original.schema)
            #expect(copy.rowCount == original.rowCount && copy.termCount == original.termCount)
            let (a, b) = (Searcher(IndexView(original)), Searcher(IndexView(copy)))
            for _ in 0..<60 {
                let query = catalogue.query()
                let (resultA, resultB) = (a.search(query), b.search(query))
                try requireEqual(resultA, resultB, query)
                try #require(resultA.hits.map(a.stored) == resultB.hits.map(b.stored))
            }
            #expect(try bytes(copy, metadata: metadata) == bytes(original, metadata: metadata))
        }
    }

    @Test("a file cut short anywhere is refused, unless only padding is gone")
    func truncated() throws {
        let file = try smallFile()
        for length in 0..<file.count { try requireRefusalOrSameContent(Array(file[..<length]), as: file) }
    }

    @Test("a flipped bit anywhere is refused, unless it lies in the padding")
    func flipped() throws {
        let file = try smallFile()
        var random = SeededGenerator("flipped bits")
        for position in file.indices {
            var damaged = file
            damaged[position] ^= 1 << UInt8(random.int(0...7))
            try requireRefusalOrSameContent(damaged, as: file)
        }
    }

    @Test("damaged stretches are refused")
    func overwritten() throws {
        let file = try smallFile()
        var random = SeededGenerator("damaged stretches")
        for _ in 0..<500 {
            var damaged = file
            let start = random.int(0...file.count - 1)
            let replacement = UInt8(random.pick([0, 255, random.int(0...255)]))
            for position in start..<min(file.count, start + random.int(1...400)) { damaged[position] = replacement }
            try requireRefusalOrSameContent(damaged, as: file)
        }
    }

    @Test("foreign files are no snapshots")
    func foreign() throws {
        var random = SeededGenerator("foreign files")
        for length in [0, 1, 8, 24, 63, 64, 5000] {
            let file = (0..<length).map { _ in UInt8(random.int(0...255)) }
            #expect(throws: SnapshotError.notASnapshot) { try read(file) }
        }
    }

    @Test("a file of another version says so")
    func otherVersion() throws {
        var file = try smallFile()
        file[8] = 99
        #expect(throws: SnapshotError.otherVersion(found: 99, expected: 4)) { try read(file) }
    }

    @Test("the writer passes the sink's error on")
    func failingSink() throws {
        struct DiskFull: Error {}
        #expect(throws: DiskFull.self) {
            try SnapshotWriter.write(snapshot(of: []), metadata: []) { _ in throw DiskFull() }
        }
    }

    private func smallFile() throws -> [UInt8] {
        var catalogue = RandomCatalogue(SeededGenerator("small snapshot"))
        return try bytes(snapshot(of: catalogue.documents(count: 6)), metadata: [1, 2, 3])
    }

    private func bytes(_ snapshot: IndexSnapshot, metadata: [UInt8]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try SnapshotWriter.write(snapshot, metadata: metadata) { bytes += $0 }
        return bytes
    }

    @discardableResult
    private func read(_ bytes: [UInt8]) throws -> (snapshot: IndexSnapshot, metadata: [UInt8]) {
        let memory = AlignedBytes(bytes)
        return try SnapshotReader.read(memory.bytes, owner: memory)
    }

    /// Any error but `SnapshotError` fails, and so does content that differs from the intact file's.
    private func requireRefusalOrSameContent(_ damaged: [UInt8], as intact: [UInt8]) throws {
        do {
            let (snapshot, metadata) = try read(damaged)
            try #require(try bytes(snapshot, metadata: metadata) == intact)
        } catch is SnapshotError {}
    }
}

/// A copy of bytes on a 64-byte border, as a mapped file is.
private final class AlignedBytes {
    let bytes: UnsafeRawBufferPointer

    init(_ values: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: values.count, alignment: 64)
        copy.copyBytes(from: values)
        bytes = UnsafeRawBufferPointer(copy)
    }

    deinit { bytes.deallocate() }
}
