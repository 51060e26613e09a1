import Foundation

@testable import Triage

/// Where the committed and the shared data lie.
enum Folders {
    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let symptoms = root.appending(path: "Data/Symptoms").path
    static let shared = (ProcessInfo.processInfo.environment["SHARED_DATA"].map { URL(filePath: $0) } ?? root.appending(path: "../shared"))
        .appending(path: "data").path
    static let hasShared = FileManager.default.fileExists(atPath: "\(shared)/symptoms/icliniq.jsonl")
    static let hint = "the check sets are not here: set SHARED_DATA to the folder that holds data/symptoms"

    /// The slugs of the committed taxonomy.
    static func specialties() throws -> [String] {
        try String(contentsOfFile: root.appending(path: "Data/specialties.csv").path, encoding: .utf8)
            .split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }
    }

    static func rows<Row: Decodable>(_ path: String, as: Row.Type = Row.self) throws -> [Row] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    }
}

extension SymptomTriage {
    /// The committed rules and knowledge, loaded once for all tests.
    static let committed = Result { try SymptomTriage(directory: Folders.symptoms, specialties: Folders.specialties()) }
}

/// Random numbers from a printed seed: `RTD_SEED`, or a fixed one.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ property: String) {
        state = ProcessInfo.processInfo.environment["RTD_SEED"].flatMap(UInt64.init) ?? 20_261_126
        print("\(property): RTD_SEED=\(state)")
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
