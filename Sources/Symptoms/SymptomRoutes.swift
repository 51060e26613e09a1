import Domain
import HTTPTypes
import Hummingbird
import Metrics
import Web

/// `/v1/symptom-checks`. Words come in bodies only; what is answered is nobody else's.
struct SymptomRoutes {
    let feature: SymptomsFeature

    func add(to router: Router<AppRequestContext>) {
        router.post("/v1/symptom-checks") { request, context in
            var parameters = try await RequestParameters(json: request, context: context)
            let check = try SymptomCheck(&parameters, terminology: try? feature.dependencies.terminology()) { feature.dependencies.place($0) != nil }
            return try await response(check)
        }
        router.post("/v1/symptom-checks/:id/answers") { request, context in
            var parameters = try await RequestParameters(json: request, context: context)
            let question = parameters.string("question", maxBytes: 100)
            let answer = parameters.string("answer", maxBytes: 100)
            parameters.require("question", question != nil)
            parameters.require("answer", answer != nil)
            try parameters.finish()
            let check = try feature.check(context.parameters.require("id"))
            return try await response(feature.replied(check, question: question ?? "", option: answer ?? ""))
        }
        router.delete("/v1/symptom-checks/:id") { request, context in
            try RequestParameters(query: request).finish()
            try await feature.store.delete(feature.check(context.parameters.require("id")).number)
            return Response(status: .noContent, headers: [.cacheControl: "private, no-store"])
        }
    }

    private func response(_ check: SymptomCheck) async throws -> Response {
        let started = ContinuousClock.now
        let answer = try await feature.answer(check)
        // An emergency is answered also while there is no index to take names from.
        let json = answer.json(lines: feature.lines, terminology: (try? feature.dependencies.terminology()) ?? .empty)
        Timer(label: "symptom_check_duration_seconds", dimensions: [("decided_by", answer.decider.name)])
            .recordNanoseconds(Int64((ContinuousClock.now - started) / .nanoseconds(1)))
        return .json(json, headers: [.cacheControl: "private, no-store"])
    }
}
