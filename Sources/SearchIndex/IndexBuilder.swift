/// Collects documents and builds a snapshot of them. Not for concurrent use.
public struct IndexBuilder {
    private let schema: IndexSchema
    private var rows: [PendingRow] = []
    private var table = TermTable()
    /// Term numbers of all documents, field by field.
    private var occurrences: [UInt32] = []
    private var occurrenceEnds: [Int] = []

    /// What a document needs beside its terms, until rows are in order.
    private struct PendingRow {
        var id: Int64
        var location: GeoPoint?
        var signals: Signals
        var tags: [Tag]
        var stored: [UInt8]
    }

    public init(schema: IndexSchema) { self.schema = schema }

    /// Adds a document. Amortised O(terms).
    public mutating func add(_ document: IndexedDocument) {
        precondition(document.fields.count == schema.fields.count, "a document has one term list per field of the schema")
        for field in document.fields {
            for i in 0..<field.count { occurrences.append(table.number(of: field[i])) }
            occurrenceEnds.append(occurrences.count)
        }
        rows.append(
            PendingRow(
                id: document.id, location: document.location, signals: document.signals, tags: document.tags,
                stored: document.stored))
    }

    /// Builds the snapshot. O(documents · log documents + terms).
    public consuming func build() -> IndexSnapshot {
        let order = rowOrder()
        var columns = Columns()
        var tags = TagIndexBuilder()
        var stored = StoredBytes()
        for old in order {
            let row = rows[old]
            columns.append(id: row.id, location: row.location, signals: row.signals)
            tags.appendRow(row.tags)
            stored.append(row.stored)
        }
        let (dictionary, newNumbers) = table.sorted()
        var inverter = PostingsInverter(schema: schema, termCount: dictionary.count)
        for old in order {
            let first = old * schema.fields.count
            for field in schema.fields.indices {
                let start = first + field == 0 ? 0 : occurrenceEnds[first + field - 1]
                let terms = occurrences[start..<occurrenceEnds[first + field]]
                inverter.addField(field, terms: terms.lazy.map { newNumbers[Int($0)] })
            }
            inverter.endRow()
        }
        let (postings, fieldLengths) = inverter.build()
        return IndexSnapshot(
            schema: schema, columns: columns, fieldLengths: fieldLengths, tags: tags.build(), terms: dictionary,
            postings: postings, stored: stored)
    }

    /// Located rows by geohash, then the rest; equals by id, then in the order they came.
    private func rowOrder() -> [Int] {
        let codes = rows.map { $0.location.map { Geohash($0).code } }
        return rows.indices.sorted { a, b in
            switch (codes[a], codes[b]) {
            case (let codeA?, let codeB?) where codeA != codeB: codeA < codeB
            case (nil, _?): false
            case (_?, nil): true
            default: (rows[a].id, a) < (rows[b].id, b)
            }
        }
    }
}
