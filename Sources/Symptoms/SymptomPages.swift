import Domain
import HTTPTypes
import Hummingbird
import Triage
import Web

/// `/symptoms`, for people: a form, and the answer to it in the same breath. Nothing needs scripts, an account or a consent.
struct SymptomPages {
    let feature: SymptomsFeature

    static let templates = [
        PageTemplate("symptoms", PackageResources.symptoms_mustache),
        PageTemplate("symptom-answer", PackageResources.symptom_answer_mustache),
    ]

    func add(to router: Router<AppRequestContext>) {
        router.get("/symptoms") { request, _ in
            try RequestParameters(query: request).finish()
            return feature.pages.render(
                "symptoms", title: "Check symptoms", headers: [.cacheControl: "public, max-age=60"], model: SymptomForm(feature.lines))
        }
        router.post("/symptoms") { request, context in
            var parameters = try await RequestParameters(form: request, context: context)
            var form = try SymptomForm(&parameters, lines: feature.lines)
            if let check = form.check(placeLike: feature.dependencies.placeLike) { return try await answerPage(check) }
            return feature.pages.render(
                "symptoms", title: "Error: please check one thing", status: .unprocessableContent, headers: .personal, model: form)
        }
        router.post("/symptoms/answers") { request, context in
            var parameters = try await RequestParameters(form: request, context: context)
            let sealed = parameters.string("check", maxBytes: 16_000)
            let question = parameters.string("question", maxBytes: 100)
            let answer = parameters.string("answer", maxBytes: 100)
            parameters.require("check", sealed != nil)
            parameters.require("question", question != nil)
            try parameters.finish()
            let check = try feature.check(sealed ?? "")
            guard let answer else { return try await answerPage(check, questionError: "Choose one answer, or “I do not know”.") }
            return try await answerPage(feature.replied(check, question: question ?? "", option: answer))
        }
    }

    private func answerPage(_ check: SymptomCheck, questionError: String? = nil) async throws -> Response {
        let answer = try await feature.answer(check)
        let page = SymptomAnswerPage(
            answer, lines: feature.lines, terminology: (try? feature.dependencies.terminology()) ?? .empty,
            place: check.place.flatMap(feature.dependencies.place), questionError: questionError)
        return feature.pages.render(
            "symptom-answer", title: questionError == nil ? page.heading : "Error: \(page.heading)",
            status: questionError == nil ? .ok : .unprocessableContent, headers: .personal, model: page)
    }
}

extension HTTPFields {
    /// For one person, kept nowhere.
    fileprivate static var personal: HTTPFields { [.cacheControl: "private, no-store"] }
}
