import Foundation
import Testing
import Triage

@testable import SymptomEvaluation

@Suite("Evaluation of the symptom checker")
struct SymptomReportTests {
    /// Wilson's interval as published examples have it (Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29).
    @Test("Wilson's interval", arguments: [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)])
    func wilson(successes: Int, trials: Int, low: Double, high: Double) {
        let share = SymptomReport.Share(successes, of: trials)
        #expect(abs(share.low - low) < 0.00006 && abs(share.high - high) < 0.00006, "\(share)")
    }

    private func assessment(_ urgency: Urgency, _ specialties: [String]) throws -> TriageAssessment {
        var answer = try #require(try? Self.triage.get().assess("cough"))
        answer.urgency = urgency
        answer.specialties = specialties.map { RankedSpecialty(specialty: $0, confidence: 0.5, evidence: []) }
        return answer
    }

    private static let triage = Result {
        let data = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "../../Data").standardizedFileURL.path
        let slugs = try String(contentsOfFile: "\(data)/specialties.csv", encoding: .utf8).split(separator: "\n").dropFirst()
        return try SymptomTriage(directory: "\(data)/Symptoms", specialties: slugs.map { String($0.prefix { $0 != "," }) })
    }

    @Test("Counts by hand: places, confusion, recall, false alarms, the middle level in neither")
    func counts() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cases-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try """
            {"id":"a","text":"1","acceptable":["dermatology","general-practice"],"level":1}
            {"id":"b","complaint":"2","acceptable":["cardiology"],"level":3,"sex":"Female","age":3}
            {"id":"c","text":"3","acceptable":["cardiology"],"urgency":"routine"}
            {"id":"d","text":"4","acceptable":["urology"],"level":2}
            """.write(to: file, atomically: true, encoding: .utf8)
        let cases = try EvaluationCase.read(file.path)
        #expect(cases[1].facts == PatientFacts(ageYears: 3, sex: .female))
        let answers: [String: TriageAssessment] = [
            "a": try assessment(.emergency, ["general-practice", "urology"]), "b": try assessment(.emergency, ["urology", "cardiology"]),
            "c": try assessment(.emergency, ["dermatology", "urology", "neurology"]), "d": try assessment(.routine, ["urology"]),
        ]
        let report = try await SymptomEvaluator.evaluate(cases) { try #require(answers[$0.id]) }
        #expect(report.top1?.successes == 2 && report.top3?.successes == 3)
        #expect(report.emergencyRecall?.successes == 1 && report.emergencyRecall?.trials == 2)
        #expect(report.falseAlarms?.successes == 1 && report.falseAlarms?.trials == 1)
        #expect(report.generalPracticeFirst.successes == 1)
        #expect(report.confusions.map { "\($0.expected) \($0.got) \($0.count)" } == ["cardiology dermatology 1", "cardiology urology 1"])
        // dermatology: 1 hit, 1 false; cardiology: 2 missed; urology: 1 hit, 1 false.
        #expect(abs((report.macroF1 ?? 0) - (2.0 / 3 + 0 + 2.0 / 3) / 3) < 1e-9)
        #expect(Set(report.misses.map { "\($0.id) \($0.kind)" }) == ["b specialty", "c false alarm", "c specialty", "d emergency missed"])
    }

    @Test("A line that cannot be read is named", arguments: [("nonsense", ":1:"), (#"{"id":"a"}"#, "text is missing"), (#"{"id":"a","text":"b","urgency":"soon"}"#, "urgency")])
    func mistakes(line: String, reason: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cases-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try line.write(to: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: EvaluationError.self) { try EvaluationCase.read(file.path) }
        #expect(error?.description.contains(reason) == true)
    }
}
