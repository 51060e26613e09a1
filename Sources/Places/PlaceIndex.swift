import Domain
import SearchIndex
import TextAnalysis

/// How a place becomes a document.
enum PlaceIndex {
    static let schema = IndexSchema(
        fields: ["whole names", "words", "surroundings"],
        fieldSets: [
            FieldSet(name: "whole names", fields: [0]), FieldSet(name: "words", fields: [1]),
            FieldSet(name: "everything", fields: [1, 2]),
        ],
        tagDimensions: [])

    /// Positions in the schema's field sets.
    enum FieldSets {
        /// A folded name with its spaces is one term: `cape town`.
        static let wholeNames = 0
        /// Words of all names, and the postal code.
        static let words = 1
        /// Words of names, city and province, and the postal code.
        static let everything = 2
    }

    static func document(
        _ record: PlaceRecord, id: Int64, foldedNames: [String], analyser: TextAnalyser
    ) -> IndexedDocument {
        var words = TermList()
        for name in foldedNames { words.append(contentsOf: TermList(name.split(separator: " "))) }
        words.append(record.postalCode.utf8)
        let surroundings = analyser.analyse("\(record.place.city) \(record.place.province)")
        return IndexedDocument(
            id: id,
            fields: [TermList(foldedNames), words, TermList(surroundings)],
            // A position snaps to a place that has a name: without location a postal code is never the nearest.
            location: record.place.kind == .postalCode ? nil : GeoPoint(record.place.coordinate))
    }
}
