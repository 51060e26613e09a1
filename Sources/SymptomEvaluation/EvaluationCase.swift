import Foundation
import Triage

/// A text whose right answer is known: a line of anybody's JSON Lines file.
///
/// `id`, `text` (or `complaint`), optional `age`, `sex`, `acceptable` specialties, `urgency` by name or `level`
/// 1 to 5 as emergency departments use it (1 and 2 are emergencies, 3 is neither here nor there, 4 and 5 are false alarms).
public struct EvaluationCase: Sendable {
    public let id: String
    public let text: String
    public let facts: PatientFacts
    /// Slugs, best first; empty when the file does not say.
    public let acceptable: [String]
    /// Whether it is an emergency; `nil` when the file does not say, or calls it in between.
    public let isEmergency: Bool?

    /// Reads a file.
    /// - Throws: `EvaluationError` naming the line that cannot be read.
    public static func read(_ path: String) throws(EvaluationError) -> [EvaluationCase] {
        guard let data = FileManager.default.contents(atPath: path) else { throw EvaluationError("\(path): cannot be read") }
        var cases: [EvaluationCase] = []
        for (number, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            guard let row = try? JSONDecoder().decode(Row.self, from: Data(line)) else {
                throw EvaluationError("\(path):\(number + 1): not an object with id and text as the evaluation knows them")
            }
            guard let text = row.text ?? row.complaint else { throw EvaluationError("\(path):\(number + 1): text is missing") }
            if let urgency = row.urgency, Urgency(name: urgency) == nil {
                throw EvaluationError("\(path):\(number + 1): urgency must be one of \(Urgency.allCases.map(\.name).joined(separator: ", "))")
            }
            cases.append(EvaluationCase(row, text: text))
        }
        return cases
    }

    private init(_ row: Row, text: String) {
        id = row.id
        self.text = text
        facts = PatientFacts(ageYears: row.age, sex: row.sex.flatMap { PatientFacts.Sex(rawValue: $0.lowercased()) })
        acceptable = (row.acceptable ?? []).filter { !$0.isEmpty }
        if let urgency = row.urgency.flatMap(Urgency.init(name:)) {
            isEmergency = urgency == .emergency
        } else {
            isEmergency = row.level.flatMap { $0 <= 2 ? true : $0 >= 4 ? false : nil }
        }
    }

    private struct Row: Decodable {
        let id: String
        let text: String?
        let complaint: String?
        let age: Double?
        let sex: String?
        let acceptable: [String]?
        let level: Int?
        let urgency: String?
    }
}

/// Why an evaluation cannot be made; one line.
public struct EvaluationError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
