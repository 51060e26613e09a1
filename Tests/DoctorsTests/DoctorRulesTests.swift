import Foundation
import Testing

@testable import Doctors

@Suite struct DoctorRulesTests {
    let now = Date(timeIntervalSince1970: 1_790_000_030)
    let rules: DoctorRules

    init() {
        var vocabularies = Vocabularies()
        vocabularies.specialties.add(VocabularyTerm(slug: "general-practice", name: "General practice"), names: ["General Practitioner", "gp"])
        vocabularies.languages.add(VocabularyTerm(slug: "zu", name: "isiZulu"), names: ["isiZulu", "Zulu"])
        vocabularies.schemes.add(VocabularyTerm(slug: "discovery", name: "Discovery"), names: ["Discovery Health"])
        rules = DoctorRules(vocabularies: vocabularies, now: now)
    }

    @Test("Names lose blank edges and doubled spaces and are composed") func names() throws {
        let doctor = try good(#"{"id":"a","name":"  Dr\t Zoe\u0308  van der  Merwe\u00a0","bio":"One  two\r\n\r\nthree \n"}"#)
        #expect(doctor.facts.display_name == "Dr Zoë van der Merwe")
        #expect(doctor.facts.display_name.unicodeScalars.count == 20)
        #expect(doctor.facts.biography == "One two\n\nthree")
    }

    @Test("Registration numbers are stored upper case, without spaces, at least seven digits", arguments: [
        ("mp 012345", "MP0012345"), ("MP0123456", "MP0123456"), ("PSY 123456", "PSY0123456"), ("PS99648892", "PS99648892"),
    ])
    func registration(_ given: String, _ stored: String) throws {
        #expect(try good(#"{"id":1,"name":"A","hpcsa_number":"\#(given)"}"#).facts.hpcsa_number == stored)
    }

    @Test("Words are found by slug, code or any name, and once each") func words() throws {
        let doctor = try good(#"{"id":1,"name":"A","specialties":["GP","general_practice"],"languages":["ISIZULU","zu"],"schemes":["discovery health"]}"#)
        #expect(doctor.specialties.map(\.slug) == ["general-practice"])
        #expect(doctor.languages == ["zu"])
        #expect(doctor.schemes.map(\.slug) == ["discovery"])
    }

    @Test("An unknown scheme becomes a new word") func newWords() throws {
        let doctor = try good(#"{"id":1,"name":"A","schemes":["Gold Médical Plan"]}"#)
        #expect(doctor.schemes == [VocabularyTerm(slug: "gold-medical-plan", name: "Gold Médical Plan")])
    }

    @Test("Minutes ahead count from the midnight before the import, South African time") func relativeTime() throws {
        let practice = try good(#"{"id":1,"name":"A","next_available_in_minutes":10}"#).practices[0]
        let midnight = (1_790_000_000 + 7_200) / 86_400 * 86_400 - 7_200
        #expect(practice.next_available_at == Date(timeIntervalSince1970: TimeInterval(midnight + 600)))
    }

    @Test("A row without a word of a practice has none; one with any has one") func practicePresence() throws {
        #expect(try good(#"{"id":1,"name":"A"}"#).practices.isEmpty)
        #expect(try good(#"{"id":1,"name":"A","fee_cents":100}"#).practices.count == 1)
        #expect(try good(#"{"id":1,"name":"A","city":"Durban","more_practices":[{"city":"Durban North"}]}"#).practices.count == 2)
    }

    @Test("Rows without practice id share a practice of the same name and place only") func derivedPractice() throws {
        func id(_ practice: String) throws -> String {
            try good(#"{"id":1,"name":"A",\#(practice)}"#).practices[0].facts.external_id
        }
        let here = try id(#""practice":"Rosebank Clinic","suburb":"Rosebank","lat":-26.1,"lon":28"#)
        #expect(try here == id(#""practice":"rosebank clinic","suburb":"Rosebank","lat":-26.1,"lon":28.0,"fee_cents":5"#))
        #expect(try here != id(#""practice":"Rosebank Clinic","suburb":"Rosebank","lat":-26.2,"lon":28"#))
        #expect(try here != id(#""practice_id":"x","practice":"Rosebank Clinic","suburb":"Rosebank","lat":-26.1,"lon":28"#))
    }

    @Test("Every refusal names its field", arguments: [
        (#""name":"  ""#, ["name"]),
        (#""name":"A","title":"A\u0007""#, ["title"]),
        (#""name":"A\u202eB""#, ["name"]),
        (#""name":"A","gender":"f""#, ["gender"]),
        (#""name":"A","hpcsa_number":"MP12""#, ["hpcsa_number"]),
        (#""name":"A","verification":"verified""#, ["verification"]),
        (#""name":"A","verification":"suspended""#, ["verification"]),
        (#""name":"A","rating":5.1,"review_count":1"#, ["rating"]),
        (#""name":"A","rating":4.1"#, ["review_count"]),
        (#""name":"A","review_count":3"#, ["rating"]),
        (#""name":"A","review_count":-1"#, ["review_count"]),
        (#""name":"A","practising_since":1900"#, ["practising_since"]),
        (#""name":"A","practising_since":2099"#, ["practising_since"]),
        (#""name":"A","languages":["en-ZA"]"#, ["languages[0]"]),
        (#""name":"A","specialties":["!"]"#, ["specialties[0]"]),
        (#""name":"A","lat":1"#, ["lon"]),
        (#""name":"A","lat":91,"lon":181"#, ["lat", "lon"]),
        (#""name":"A","province":"Natal""#, ["province"]),
        (#""name":"A","postal_code":"12345""#, ["postal_code"]),
        (#""name":"A","fee_cents":-1"#, ["fee_cents"]),
        (#""name":"A","fees":{"video":10000001}"#, ["fees.video"]),
        (#""name":"A","fee_cents":1,"fees":{"first_visit":2}"#, ["fee_cents"]),
        (#""name":"A","next_available":1"#, ["next_available"]),
        (#""name":"A","next_available":29000000,"next_available_in_minutes":5"#, ["next_available_in_minutes"]),
        (#""name":"A","practice_id":"p","more_practices":[{"practice_id":"p"}]"#, ["more_practices[0].practice_id"]),
        (#""name":"A","more_practices":[{"city":"X","lat":2,"lon":200}]"#, ["more_practices[0].lon"]),
    ])
    func refusals(_ fields: String, _ expected: [String]) throws {
        let result = rules.doctor(try ImportLine.parse(Array("{\"id\":1,\(fields)}".utf8)))
        guard case .failure(let problems) = result else {
            Issue.record("nothing was refused")
            return
        }
        #expect(problems.list.map(\.field) == expected)
    }

    @Test("Text of the longest length is taken, one character more is refused") func lengths() throws {
        let name = String(repeating: "é", count: 200)
        #expect(try good(#"{"id":1,"name":"\#(name)"}"#).facts.display_name == name)
        let line = try ImportLine.parse(Array(#"{"id":1,"name":"\#(name)é"}"#.utf8))
        #expect(rules.doctor(line) == .failure(RowProblems(list: [RowProblem("name", "is longer than 200 characters")])))
    }

    private func good(_ line: String) throws -> ImportedDoctor {
        try rules.doctor(try ImportLine.parse(Array(line.utf8))).get()
    }
}
