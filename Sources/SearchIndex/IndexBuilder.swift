/// Collects documents and builds a snapshot of them. Not for concurrent use.
public struct IndexBuilder {
    private let schema: IndexSchema
    private var rows: [PendingRow] = []
    private var table = TermTable()
    /// Term numbers of all documents, field by field.
    private var occurrences: [UInt32] = []
    private var occurrenceEnds: [Int] = []
    private var tagNumbers: [Tag: UInt32] = [:]
    private var rowTags: [UInt32] = []

    /// What a document needs beside its terms, until rows are in order.
    private struct PendingRow {
        var id: Int64
        var location: GeoPoint?
        var signals: StoredSignals
        var contentHash: UInt64
        var tagEnd: Int
        var stored: [UInt8]
    }

    public init(schema: IndexSchema) { self.schema = schema }

    /// Adds a document. Amortised O(terms).
    public mutating func add(_ document: IndexedDocument) {
        precondition(document.fields.count == schema.fields.count, "a document has one term list per field of the schema")
        for field in document.fields {
            field.forEachTerm { occurrences.append(table.number(of: $0)) }
            occurrenceEnds.append(occurrences.count)
        }
        for tag in document.tags {
            if let known = tagNumbers[tag] {
                rowTags.append(known)
            } else {
                rowTags.append(UInt32(tagNumbers.count))
                tagNumbers[tag] = UInt32(tagNumbers.count)
            }
        }
        rows.append(
            PendingRow(
                id: document.id, location: document.location, signals: StoredSignals(document.signals),
                contentHash: document.contentHash, tagEnd: rowTags.count, stored: document.stored))
    }

    /// Builds the snapshot. O(documents · log documents + terms).
    public consuming func build() -> IndexSnapshot {
        let order = rowOrder()
        var parts = IndexParts()
        writeColumns(order, to: &parts)
        let tags = writeTags(order, to: &parts)
        writeText(order, to: &parts)
        let schema = schema
        return IndexSnapshot(built: parts.image(), schema: schema, tags: tags)
    }

    /// Located rows by geohash, then the rest; equals by id, then in the order they came.
    private func rowOrder() -> [Int] {
        struct Key {
            var isUnlocated: UInt8
            var code: UInt64
            var id: Int64
            var row: Int
        }
        let keys = rows.enumerated().map { number, row in
            Key(
                isUnlocated: row.location == nil ? 1 : 0, code: row.location.map { Geohash($0).code } ?? 0, id: row.id,
                row: number)
        }
        return keys.sorted { ($0.isUnlocated, $0.code, $0.id, $0.row) < ($1.isUnlocated, $1.code, $1.id, $1.row) }.map(\.row)
    }

    private func writeColumns(_ order: [Int], to parts: inout IndexParts) {
        var columns = ColumnsWriter(rowCount: rows.count)
        var signals = SignalsWriter()
        var stored = StoredBytesWriter(byteCount: rows.reduce(0) { $0 + $1.stored.count }, in: &parts)
        for old in order {
            columns.append(id: rows[old].id, location: rows[old].location, contentHash: rows[old].contentHash)
            signals.append(rows[old].signals)
            stored.append(rows[old].stored)
        }
        columns.write(to: &parts)
        signals.write(to: &parts)
        stored.write(to: &parts)
    }

    /// The rows of every tag, by a counting sort.
    private func writeTags(_ order: [Int], to parts: inout IndexParts) -> [Tag] {
        var sorter = RowSorter(keyCount: tagNumbers.count)
        for tag in rowTags { sorter.count(Int(tag)) }
        sorter.finishCounting()
        var last = [Int](repeating: -1, count: tagNumbers.count)
        for (row, old) in order.enumerated() {
            for tag in rowTags[(old == 0 ? 0 : rows[old - 1].tagEnd)..<rows[old].tagEnd] where last[Int(tag)] != row {
                last[Int(tag)] = row
                sorter.add(row: UInt32(row), key: Int(tag))
            }
        }
        var writer = TagIndexWriter(rowCount: rows.count, dimensionCount: schema.tagDimensions.count)
        let sorted = tagNumbers.sorted { ($0.key.dimension, $0.key.value) < ($1.key.dimension, $1.key.value) }
        for (tag, number) in sorted { sorter.withRows(of: Int(number)) { rows, _ in writer.append(tag, rows) } }
        return writer.write(to: &parts)
    }

    private func writeText(_ order: [Int], to parts: inout IndexParts) {
        let fieldCount = schema.fields.count
        var patterns = FrequencyPatternTable()
        var lengths: [UInt16] = []
        lengths.reserveCapacity(order.count * fieldCount)
        var sorter = RowSorter(keyCount: table.count)
        for term in occurrences { sorter.count(Int(term)) }
        sorter.finishCounting()
        // The current row's patterns by term; `seen` tells which terms it has.
        var current = [FrequencyPattern](repeating: FrequencyPattern(), count: table.count)
        var seen: [UInt32] = []
        for (row, old) in order.enumerated() {
            for field in 0..<fieldCount {
                let place = old * fieldCount + field
                let start = place == 0 ? 0 : occurrenceEnds[place - 1]
                lengths.append(UInt16(clamping: occurrenceEnds[place] - start))
                for at in start..<occurrenceEnds[place] {
                    let term = occurrences[at]
                    if current[Int(term)].bits == 0 { seen.append(term) }
                    current[Int(term)].increment(field)
                }
            }
            for term in seen {
                sorter.add(row: UInt32(row), key: Int(term), code: patterns.number(of: current[Int(term)]))
                current[Int(term)] = FrequencyPattern()
            }
            seen.removeAll(keepingCapacity: true)
        }
        let order = table.sortedNumbers()
        TextWriter(schema: schema, rowCount: rows.count, lengths: lengths, patterns: patterns.patterns)
            .write(to: &parts) { append in
                table.withTerms { term in
                    for number in order { sorter.withRows(of: number) { rows, codes in append(term(number), rows, codes) } }
                }
            }
    }
}

/// Rows, and a code with each, by key: a counting sort whose room is counted first.
struct RowSorter {
    private var starts: [Int]
    private var ends: [Int] = []
    private var rows: [UInt32] = []
    private var codes: [UInt16] = []

    init(keyCount: Int) { starts = Array(repeating: 0, count: keyCount + 1) }

    /// Makes room for one more row of a key.
    mutating func count(_ key: Int) { starts[key + 1] += 1 }

    mutating func finishCounting() {
        for key in 1..<max(1, starts.count) { starts[key] += starts[key - 1] }
        ends = starts
        rows = Array(repeating: 0, count: starts[starts.count - 1])
        codes = Array(repeating: 0, count: rows.count)
    }

    @inline(__always)
    mutating func add(row: UInt32, key: Int, code: UInt16 = 0) {
        let place = ends[key]
        rows[place] = row
        codes[place] = code
        ends[key] = place &+ 1
    }

    func withRows(of key: Int, _ body: (UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<UInt16>) -> Void) {
        let range = starts[key]..<ends[key]
        rows.withUnsafeBufferPointer { rows in
            codes.withUnsafeBufferPointer { codes in
                body(UnsafeBufferPointer(rebasing: rows[range]), UnsafeBufferPointer(rebasing: codes[range]))
            }
        }
    }
}

/// Writes dictionary and postings together.
struct TextWriter {
    let schema: IndexSchema
    let rowCount: Int
    /// Number of terms by row and field.
    let lengths: [UInt16]
    let patterns: [FrequencyPattern]

    typealias Append = (
        _ term: UnsafeBufferPointer<UInt8>, _ rows: UnsafeBufferPointer<UInt32>, _ codes: UnsafeBufferPointer<UInt16>
    ) -> Void

    /// - Parameter forEachTerm: appends every term that has rows, in the order of their bytes.
    func write(to parts: inout IndexParts, _ forEachTerm: (Append) -> Void) {
        var dictionary = TermDictionaryWriter()
        parts.set(.fieldLengths, lengths)
        parts.set(.jointLengths, FieldLengths.joint(lengths, schema: schema))
        let byField = parts.column(.fieldLengths, as: UInt16.self)
        let fieldLengths = FieldLengths(
            byField: byField.base, joint: parts.column(.jointLengths, as: UInt16.self).base, rowCount: rowCount,
            fieldCount: schema.fields.count)
        let statistics = CorpusStatistics(
            documentCount: rowCount, totalLengths: IndexSnapshot.totalLengths(byField, fieldCount: schema.fields.count))
        var postings = PostingsWriter(
            schema: schema, ids: parts.column(.ids, as: Int64.self), statistics: statistics, lengths: fieldLengths, patterns: patterns)
        forEachTerm { term, rows, codes in
            dictionary.append(term)
            postings.append(rows, codes)
        }
        dictionary.write(to: &parts)
        postings.write(to: &parts)
    }
}

extension IndexSnapshot {
    /// Opens an image that was just built, whose sections fit together.
    convenience init(built image: IndexImage, schema: IndexSchema, tags: [Tag]) {
        do {
            try self.init(image, schema: schema, tags: tags)
        } catch {
            preconditionFailure("a built index is sound: \(error)")
        }
    }
}
