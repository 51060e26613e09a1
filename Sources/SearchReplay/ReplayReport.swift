import Foundation
import SearchIndex

/// Everything a replay measured, and every answer.
public struct ReplayReport: Sendable {
    public let build: BuildFigures
    public let rounds: Int
    /// Whether every answer was compared with the exhaustive path, and was equal.
    public let checked: Bool
    /// By class in the order of the log; when there are several, "all" comes last.
    public let classes: [ClassFigures]
    let answers: [ReplayAnswer]

    /// The report as one JSON object.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

extension ReplayReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case build, rounds, checked, classes
        case answers = "queries"
        case ratingEdges = "rating_facet_edges"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(build, forKey: .build)
        try container.encode(rounds, forKey: .rounds)
        try container.encode(checked, forKey: .checked)
        try container.encode(classes, forKey: .classes)
        try container.encode(ReplaySchema.ratingEdges, forKey: .ratingEdges)
        try container.encode(answers, forKey: .answers)
    }
}

/// The figures that a run has once.
public struct BuildFigures: Encodable, Sendable {
    public let version: String
    public let processor: String?
    public let documents: Int
    public let terms: Int
    /// From the file to checked documents in memory.
    public let parseSeconds: Double
    /// From documents in memory to an index that answers, text analysis included.
    public let buildSeconds: Double
    public let indexBytes: Int
    public let storedBytes: Int
    /// Of the process, when the index stands and the catalogue is released.
    public let residentBytes: Int?

    public var documentsPerSecond: Double { Double(documents) / buildSeconds }
    public var indexBytesPerDocument: Double { Double(indexBytes) / Double(max(documents, 1)) }

    private enum CodingKeys: String, CodingKey {
        case version, processor, documents, terms
        case parseSeconds = "parse_seconds"
        case buildSeconds = "build_seconds"
        case documentsPerSecond = "documents_per_second"
        case indexBytes = "index_bytes"
        case indexBytesPerDocument = "index_bytes_per_document"
        case storedBytes = "stored_bytes"
        case residentBytes = "resident_bytes"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(version, forKey: .version)
        try container.encodeIfPresent(processor, forKey: .processor)
        try container.encode(documents, forKey: .documents)
        try container.encode(terms, forKey: .terms)
        try container.encode(parseSeconds, forKey: .parseSeconds)
        try container.encode(buildSeconds, forKey: .buildSeconds)
        try container.encode(documentsPerSecond, forKey: .documentsPerSecond)
        try container.encode(indexBytes, forKey: .indexBytes)
        try container.encode(indexBytesPerDocument, forKey: .indexBytesPerDocument)
        try container.encode(storedBytes, forKey: .storedBytes)
        try container.encodeIfPresent(residentBytes, forKey: .residentBytes)
    }
}

/// One query's answer, in the catalogue's own ids.
struct ReplayAnswer: Encodable, Sendable {
    let id: String
    let queryClass: String
    let matchCount: Int?
    let ids: [CatalogueID]
    /// Matches by specialty, if asked for.
    let specialtyFacet: [String: Int]?
    /// Matches by rating class, if asked for: one more than there are edges.
    let ratingFacet: [Int]?

    init(_ logged: LoggedQuery, _ result: SearchResult, ids: CatalogueIDs) {
        id = logged.id
        queryClass = logged.queryClass
        matchCount = result.matchCount
        self.ids = result.hits.map { ids.original(of: $0.id) }
        specialtyFacet = result.tagFacets[ReplaySchema.specialty].map { counts in
            Dictionary(uniqueKeysWithValues: counts.map { ($0.value, $0.count) })
        }
        ratingFacet = result.ratingFacet.isEmpty ? nil : result.ratingFacet
    }

    private enum CodingKeys: String, CodingKey {
        case id, ids
        case queryClass = "class"
        case matchCount = "count"
        case specialtyFacet = "specialty_facet"
        case ratingFacet = "rating_facet"
    }
}
