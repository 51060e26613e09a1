import Triage

/// Answers every case of a file and compares.
public enum SymptomEvaluator {
    /// - Parameters:
    ///   - assess: the way to be evaluated.
    ///   - progress: called with the number of cases answered.
    public static func evaluate(
        _ cases: [EvaluationCase], progress: (Int) -> Void = { _ in },
        assess: (EvaluationCase) async throws -> TriageAssessment
    ) async rethrows -> SymptomReport {
        var answers: [(row: EvaluationCase, answer: TriageAssessment)] = []
        var milliseconds: [Double] = []
        for row in cases {
            let started = ContinuousClock.now
            let answer = try await assess(row)
            milliseconds.append((ContinuousClock.now - started) / .milliseconds(1))
            answers.append((row, answer))
            progress(answers.count)
        }
        return SymptomReport(answers, milliseconds: milliseconds)
    }
}
