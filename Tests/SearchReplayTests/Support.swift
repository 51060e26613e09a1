import Foundation
import SearchIndex

@testable import SearchReplay

/// A file of lines that is removed with the value.
final class TemporaryFile {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("replay-\(UUID()).jsonl").path

    init(_ lines: [String]) {
        let written = FileManager.default.createFile(atPath: path, contents: Data(lines.joined(separator: "\n").utf8))
        precondition(written, "cannot write \(path)")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The catalogue of a file of these lines.
func readCatalogue(_ lines: [String]) throws -> Catalogue {
    let file = TemporaryFile(lines)
    return try withExtendedLifetime(file) { try Catalogue(file: file.path) }
}

/// Answers query lines over doctor lines with the engine, as the benchmark puts them to it.
struct Replay {
    let catalogue: Catalogue
    let searcher: Searcher
    let schema = ReplaySchema()

    init(_ doctors: [String]) throws {
        catalogue = try readCatalogue(doctors)
        searcher = Searcher(IndexView(schema.index(catalogue)))
    }

    func search(_ query: String) throws -> SearchResult {
        searcher.search(schema.query(try LoggedQuery(line: Array(query.utf8)), countsMatches: true))
    }

    /// Ids as the catalogue writes them.
    func ids(_ query: String) throws -> [CatalogueID] {
        try search(#"{"id":"q","class":"c",\#(query)}"#).hits.map { catalogue.ids.original(of: $0.id) }
    }

    func keys(_ query: String) throws -> [Double] {
        try search(#"{"id":"q","class":"c",\#(query)}"#).hits.map(\.position.key)
    }
}

extension CatalogueID: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(stringLiteral value: String) { self = .string(value) }
}

/// Random numbers from a seed that is printed, so that a failure can be repeated with `PROPERTY_SEED`.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(for property: String) {
        let fixed = ProcessInfo.processInfo.environment["PROPERTY_SEED"].flatMap(UInt64.init)
        state = fixed ?? UInt64.random(in: .min ... .max)
        print("\(property): PROPERTY_SEED=\(state)")
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
