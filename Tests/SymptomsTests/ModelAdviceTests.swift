import OpenAI
import Testing
import Triage

@testable import Symptoms

@Suite("What is believed of a model")
struct ModelAdviceTests {
    private static let known: Set<String> = ["dermatology", "general-practice"]
    private static let text = "Itchy patch on my elbow"

    private func advice(_ json: String) throws -> ModelAdvice { try ModelAdvice(json, input: Self.text, known: Self.known) }

    private func item(_ specialty: String = "dermatology", confidence: String = "0.9", evidence: String = "\"itchy patch\"") -> String {
        #"{"specialty":"\#(specialty)","confidence":\#(confidence),"evidence":[\#(evidence)]}"#
    }

    @Test("Known slugs, numbers in range and quotes of the text are")
    func good() throws {
        let advice = try advice(#"{"urgency":"same-day","specialties":[\#(item()),\#(item("general-practice"))]}"#)
        #expect(advice.urgency == .sameDay)
        #expect(advice.items.map(\.specialty) == ["dermatology", "general-practice"])
    }

    @Test("Everything else is not, with a reason that quotes nothing of it")
    func bad() {
        let lies = [
            "{}", "[]", #"{"urgency":"whenever","specialties":[\#(item())]}"#, #"{"urgency":"routine","specialties":[]}"#,
            #"{"urgency":"routine","specialties":[\#(item("wizardry"))]}"#, #"{"urgency":"routine","specialties":[\#(item()),\#(item())]}"#,
            #"{"urgency":"routine","specialties":[\#(item(confidence: "1.5"))]}"#, #"{"urgency":"routine","specialties":[\#(item(confidence: "\"high\""))]}"#,
            #"{"urgency":"routine","specialties":[\#(item(evidence: "\"a lump in my breast\""))]}"#, #"{"urgency":"routine","specialties":[\#(item(evidence: ""))]}"#,
            #"{"urgency":"routine","specialties":[\#(item(evidence: "\" \""))]}"#, #"{"urgency":"routine","specialties":[\#(item(evidence: "\"on\""))]}"#,
            #"{"urgency":"routine","specialties":[\#(item(evidence: "\"tchy patch\""))]}"#,
            #"{"urgency":"routine","specialties":[\#(Array(repeating: item(), count: 4).joined(separator: ","))]}"#,
        ]
        for lie in lies {
            let error = #expect(throws: InvalidAnswer.self, "\(lie)") { try advice(lie) }
            #expect(error.map { !$0.reason.contains("wizardry") && !$0.reason.contains("lump") } ?? false)
        }
    }
}

@Suite("What identifies a person")
struct PersonalDetailsTests {
    @Test(
        "Names after an introduction, long numbers and addresses go; complaint, age, dose and reading stay",
        arguments: [
            ("My name is Nomvula Khumalo and my knee hurts", ["Nomvula", "Khumalo"], ["my knee hurts"]),
            ("I am Mr Botha and 54 years, BP 160/110", ["Botha"], ["54 years", "160/110"]),
            ("call 0821234567 or 082 123 4567 or +27 (82) 123-4567", ["0821234567", "082", "4567"], ["call", "or"]), ("mail me@example.org", ["example.org"], ["mail"]),
            ("ID 8001015009087, took 500 mg", ["8001015009087"], ["500 mg"]),
            ("I miss my period since May, Miss Dlamini said so", ["Dlamini"], ["I miss my period", "said so"]),
            ("see https://example.org/me for my rash", ["example.org"], ["for my rash"]),
        ])
    func details(text: String, gone: [String], kept: [String]) {
        let removed = PersonalDetails.removed(from: text)
        for detail in gone { #expect(!removed.contains(detail), "\(removed)") }
        for words in kept { #expect(removed.contains(words), "\(removed)") }
    }
}
