import Domain
import Foundation

@testable import Places

/// The committed data, read without a database, once for all tests.
enum PlacesFixtures {
    static let dataFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Data")
    static let records = try! PlacesFiles.readPlaces(bytes("places.csv"))
    static let directory = PlaceDirectory(records)
    static let facilities = try! PlacesFiles.readFacilities(bytes("facilities.csv"))
    static let facilityDirectory = FacilityDirectory(facilities)

    static func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: dataFolder.appending(path: file)))
    }

    /// A point of the land and sea around South Africa.
    static func coordinate(using generator: inout SeededGenerator) -> Coordinate {
        Coordinate(
            latitude: .random(in: -36 ... -21, using: &generator), longitude: .random(in: 15...34, using: &generator))!
    }
}

/// SplitMix64 (Steele, Lea & Flood 2014): the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
