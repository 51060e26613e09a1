import Foundation
import Testing

@testable import Triage

@Suite("How a sign is meant")
struct ContextTests {
    @Test(
        "Denied, past, feared, inherited and figurative signs are not there; told ones are",
        arguments: [
            ("I have chest pain", "chest pain", .present), ("no chest pain", "chest pain", .negated), ("No fever, chest pain since noon", "chest pain", .present),
            ("no fever, cough or chest pain", "chest pain", .negated), ("denies fever, cough, chest pain", "chest pain", .negated),
            ("I have no appetite and chest pain", "chest pain", .present), ("no fever but chest pain", "chest pain", .present),
            ("chest pain was ruled out", "chest pain", .negated), ("I do not have chest pain", "chest pain", .negated),
            ("not only chest pain", "chest pain", .present), ("chest pain that does not go away", "chest pain", .present),
            ("my wife says it is nothing, chest pain", "chest pain", .present), ("I had chest pain two years ago", "chest pain", .past),
            ("two years ago I broke my leg but now chest pain", "chest pain", .present), ("history of chest pain", "chest pain", .past),
            ("what if I get chest pain", "chest pain", .hypothetical), ("what are symptoms of a heart attack", "heart attack", .hypothetical),
            ("scared of a heart attack", "heart attack", .hypothetical), ("family history of heart attack", "heart attack", .family),
            ("my heart is broken", "heart", .figurative), ("in the film he has chest pain", "chest pain", .hypothetical),
            ("he was noted to have chest pain", "chest pain", .present), ("LOC(-)", "LOC", .negated), ("LOC(+)", "LOC", .present),
        ] as [(String, String, Assertion)])
    func assertions(text: String, sign: String, expected: Assertion) throws {
        let triage = try SymptomTriage.committed.get()
        let range = try #require(text.range(of: sign))
        let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
        #expect(triage.assertion(of: start ..< start + sign.utf8.count, in: text) == expected)
    }

    private struct NegationRow: Decodable {
        let concept: String
        let sentence: String
        let negated: Bool
    }

    @Test("Negation in clinical sentences: F1 of at least 0.90", .enabled(if: Folders.hasShared, "\(Folders.hint)"))
    func negation() throws {
        let triage = try SymptomTriage.committed.get()
        var (hits, alarms, misses) = (0.0, 0.0, 0.0)
        for row in try Folders.rows("\(Folders.shared)/triage/negation.jsonl", as: NegationRow.self) {
            guard let range = row.sentence.range(of: row.concept, options: .caseInsensitive) else { continue }
            let start = row.sentence.utf8.distance(from: row.sentence.startIndex, to: range.lowerBound)
            let length = row.sentence[range].utf8.count
            switch (triage.assertion(of: start ..< start + length, in: row.sentence) == .negated, row.negated) {
            case (true, true): hits += 1
            case (true, false): alarms += 1
            case (false, true): misses += 1
            case (false, false): break
            }
        }
        let f1 = 2 * hits / (2 * hits + alarms + misses)
        print("negation: F1 \(f1), precision \(hits / (hits + alarms)), recall \(hits / (hits + misses))")
        #expect(f1 >= 0.90)
    }

    @Test(
        "Age, sex and pregnancy are read from the words",
        arguments: [
            ("I am a 34 year old woman", 34, .female, nil), ("my son is 5 years old, I am 30", 5, .male, nil), ("he is 60", 60, .male, nil),
            ("I am 12 weeks pregnant", nil, .female, true), ("my 3 month old baby girl", 0.25, .female, nil), ("54M chest pain", 54, nil, nil),
            ("two years ago", nil, nil, nil), ("I want to get pregnant", nil, .female, nil), ("not pregnant", nil, .female, nil),
            ("aged 71", 71, nil, nil), ("pain for 3 days", nil, nil, nil), ("I am 80 kg", nil, nil, nil),
        ] as [(String, Double?, PatientFacts.Sex?, Bool?)])
    func facts(text: String, age: Double?, sex: PatientFacts.Sex?, pregnant: Bool?) throws {
        let facts = try SymptomTriage.committed.get().assess(text).facts
        #expect(facts == PatientFacts(ageYears: age, sex: sex, isPregnant: pregnant))
    }
}
