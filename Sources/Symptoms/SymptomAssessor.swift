import OpenAI
import Triage

/// Red flags first, then the ranking, a model last and only where it may be asked. Nothing after the red flags lowers them.
public struct SymptomAssessor: Sendable {
    let triage: SymptomTriage
    private let model: ModelAdviser?

    /// - Parameters:
    ///   - triage: rules and knowledge, loaded.
    ///   - model: asked beside them; `nil` for none.
    public init(triage: SymptomTriage, model: (client: OpenAIClient, name: String)?) {
        self.triage = triage
        self.model = model.map { ModelAdviser(client: $0.client, name: $0.name, triage: triage) }
    }

    /// Whether there is a model to ask.
    public var hasModel: Bool { model != nil }

    /// - Parameters:
    ///   - asked: questions that were asked before.
    ///   - mayAskModel: asked only where a model could help; false keeps the words here.
    /// - Returns: the assessment, never later than the model's deadline, and who decided.
    public func assess(
        _ words: String, facts: PatientFacts, asked: Set<String> = [], mayAskModel: () async -> Bool
    ) async -> (assessment: TriageAssessment, decider: Decider) {
        let assessment = triage.assess(words, facts: facts, asked: asked)
        guard assessment.urgency != .emergency else { return (assessment, .rules) }
        guard let model, assessment.paths.isEmpty, await mayAskModel(),
            let advised = await model.advice(on: words, assessment: assessment)
        else { return (assessment, .offline) }
        return (advised, .model(model.name))
    }
}

/// Who decided, for the record and for whoever asks.
public enum Decider: Sendable, Equatable {
    /// Red flags alone: nothing else was asked.
    case rules
    /// Rules, knowledge base and classifier of our own.
    case offline
    /// The same and a model.
    case model(String)

    var name: String {
        switch self {
        case .rules: "rules"
        case .offline: "offline"
        case .model: "model"
        }
    }
}
