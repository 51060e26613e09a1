import Foundation

/// A number to call, a line of `lines.jsonl`: an operator checks them before a release.
struct HelpLine: Sendable, Decodable, Equatable {
    /// For whom it is.
    enum Use: String, Sendable, Decodable {
        case emergency
        case selfHarm = "self-harm"
        case abuse, poisoning, nurse
    }
    let number: String
    let name: String
    let uses: [Use]

    /// The number as `tel:` takes it.
    var dialled: String { number.filter { !$0.isWhitespace } }

    static func read(_ path: String) throws -> [HelpLine] {
        let data = try Data(contentsOf: URL(filePath: path))
        let lines = try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(HelpLine.self, from: Data($0)) }
        guard lines.contains(where: { $0.uses.contains(.emergency) }) else { throw NoEmergencyNumber(path: path) }
        return lines
    }

    struct NoEmergencyNumber: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path): no line is for an emergency" }
    }
}
