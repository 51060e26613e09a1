import Doctors
import Domain
import Foundation
import Places
import Search
import TextAnalysis
import Web

/// The product's search over a file, in memory, without a database or a server.
public struct CatalogueSearch {
    private let search: InMemorySearch

    /// - Parameters:
    ///   - file: doctors, JSON Lines or CSV.
    ///   - dataDirectory: the committed data files, for terminology and places.
    ///   - onBadRow: told one line for every row that is passed over.
    public init(file: String, dataDirectory: String, onBadRow: (String) -> Void) throws {
        let catalogue = try DoctorCatalogue(path: file, dataDirectory: dataDirectory) { line, problems in
            onBadRow("line \(line): " + problems.map(\.description).joined(separator: "; "))
        }
        let places = try PlaceDirectory(csv: Array(try Data(contentsOf: URL(filePath: "\(dataDirectory)/places.csv"))))
        search = InMemorySearch(
            listings: catalogue.listings, terminology: catalogue.terminology,
            dependencies: SearchFeature.Dependencies(
                place: { places.place(slug: $0) }, placesNamed: { places.places(named: $0) },
                suggestPlaces: { places.suggestions(for: $0, limit: $1) }))
    }

    /// Answers the JSON body of `POST /v1/doctors/search` with what that route would answer.
    /// - Throws: `SearchRefused` with one line that names what is wrong.
    public func answer(_ body: [UInt8]) throws -> [UInt8] {
        do throws(Problem) {
            var parameters = try RequestParameters(jsonBytes: body)
            return try search.answer(&parameters)
        } catch {
            throw SearchRefused(description: error.detail ?? error.title)
        }
    }
}

/// A search that was refused, in one line.
public struct SearchRefused: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}
