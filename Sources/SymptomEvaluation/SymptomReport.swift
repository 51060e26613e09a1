import Foundation
import Triage

/// What came out of an evaluation.
public struct SymptomReport: Sendable, Encodable {
    /// Successes of a number of trials with the 95 % interval of Wilson (1927).
    public struct Share: Sendable, Encodable {
        public let successes: Int
        public let trials: Int
        public let share: Double
        public let low: Double
        public let high: Double

        public init(_ successes: Int, of trials: Int) {
            (self.successes, self.trials) = (successes, trials)
            guard trials > 0 else {
                (share, low, high) = (0, 0, 1)
                return
            }
            let (n, p, z) = (Double(trials), Double(successes) / Double(trials), 1.959_963_985)
            let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
            let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
            (share, low, high) = (p, max(0, centre - half), min(1, centre + half))
        }
    }
    public struct Miss: Sendable, Encodable {
        public let id: String
        public let expected: [String]
        public let got: [String]
        /// `emergency missed`, `false alarm`, `specialty`.
        public let kind: String
        /// Red flags that fired.
        public let flags: [String]
        public let text: String
    }
    public struct Confusion: Sendable, Encodable {
        public let expected: String
        public let got: String
        public let count: Int
    }
    public let rows: Int
    public let top1: Share?
    public let top3: Share?
    public let macroF1: Double?
    /// Rows that were sent to general practice first.
    public let generalPracticeFirst: Share
    public let confusions: [Confusion]
    /// Of the rows the file calls an emergency.
    public let emergencyRecall: Share?
    /// Of the rows the file calls none; of all rows when it calls no row an emergency.
    public let falseAlarms: Share?
    /// Expected calibration error of the first specialty's confidence, ten bins.
    public let calibrationError: Double?
    public let medianMilliseconds: Double
    public let version: String
    public let misses: [Miss]

    init(_ answers: [(row: EvaluationCase, answer: TriageAssessment)], milliseconds: [Double]) {
        rows = answers.count
        let judged = answers.filter { !$0.row.acceptable.isEmpty }
        let hits1 = judged.count { $0.row.acceptable.contains($0.answer.first) }
        let hits3 = judged.count { pair in pair.answer.specialties.prefix(3).contains { pair.row.acceptable.contains($0.specialty) } }
        top1 = judged.isEmpty ? nil : Share(hits1, of: judged.count)
        top3 = judged.isEmpty ? nil : Share(hits3, of: judged.count)
        macroF1 = judged.isEmpty ? nil : SymptomReport.macroF1(judged)
        generalPracticeFirst = Share(answers.count { $0.answer.first == "general-practice" }, of: answers.count)
        let emergencies = answers.filter { $0.row.isEmergency == true }
        let others = emergencies.isEmpty && answers.allSatisfy { $0.row.isEmergency == nil } ? answers : answers.filter { $0.row.isEmergency == false }
        emergencyRecall = emergencies.isEmpty ? nil : Share(emergencies.count { $0.answer.urgency == .emergency }, of: emergencies.count)
        falseAlarms = others.isEmpty ? nil : Share(others.count { $0.answer.urgency == .emergency }, of: others.count)
        calibrationError = judged.isEmpty ? nil : SymptomReport.calibrationError(judged)
        var pairs: [String: Int] = [:]
        for pair in judged where !pair.row.acceptable.contains(pair.answer.first) { pairs["\(pair.row.acceptable[0])\t\(pair.answer.first)", default: 0] += 1 }
        confusions = pairs.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map { key, count in
            let names = key.split(separator: "\t").map(String.init)
            return Confusion(expected: names[0], got: names[1], count: count)
        }
        medianMilliseconds = milliseconds.isEmpty ? 0 : milliseconds.sorted()[milliseconds.count / 2]
        version = answers.first?.answer.version ?? ""
        let othersIDs = Set(others.map(\.row.id))
        misses = answers.flatMap { row, answer in
            var kinds: [String] = []
            if row.isEmergency == true, answer.urgency != .emergency { kinds.append("emergency missed") }
            if othersIDs.contains(row.id), answer.urgency == .emergency { kinds.append("false alarm") }
            if !row.acceptable.isEmpty, !row.acceptable.contains(answer.first) { kinds.append("specialty") }
            return kinds.map {
                Miss(
                    id: row.id, expected: row.acceptable, got: answer.specialties.map { "\($0.specialty) \(($0.confidence * 100).rounded() / 100)" }, kind: $0,
                    flags: answer.flags.map { "\($0.id): \($0.evidence.joined(separator: " + "))" }, text: row.text)
            }
        }
    }

    /// The mean F1 over specialties that are the best answer of a row; an acceptable first answer counts as the best one.
    private static func macroF1(_ judged: [(row: EvaluationCase, answer: TriageAssessment)]) -> Double {
        var (truePositives, falsePositives, falseNegatives) = ([String: Double](), [String: Double](), [String: Double]())
        for (row, answer) in judged {
            if row.acceptable.contains(answer.first) {
                truePositives[row.acceptable[0], default: 0] += 1
            } else {
                falsePositives[answer.first, default: 0] += 1
                falseNegatives[row.acceptable[0], default: 0] += 1
            }
        }
        let labels = Set(judged.map(\.row.acceptable[0]))
        let scores = labels.map { label in
            let hits = 2 * truePositives[label, default: 0]
            return hits == 0 ? 0 : hits / (hits + falsePositives[label, default: 0] + falseNegatives[label, default: 0])
        }
        return scores.reduce(0, +) / Double(scores.count)
    }

    private static func calibrationError(_ judged: [(row: EvaluationCase, answer: TriageAssessment)]) -> Double {
        var bins = Array(repeating: (count: 0.0, confidence: 0.0, hits: 0.0), count: 10)
        for (row, answer) in judged {
            guard let first = answer.specialties.first else { continue }
            let bin = min(9, Int(first.confidence * 10))
            bins[bin].count += 1
            bins[bin].confidence += first.confidence
            bins[bin].hits += row.acceptable.contains(first.specialty) ? 1 : 0
        }
        return bins.reduce(0) { $0 + abs($1.confidence - $1.hits) } / Double(judged.count)
    }
}

extension TriageAssessment {
    fileprivate var first: String { specialties.first?.specialty ?? "none" }
}
