import Foundation
import Testing

@testable import Doctors

@Suite struct ImportRowsTests {
    @Test("CSV and JSON Lines say the same") func sameInBothFormats() throws {
        let csv = #"""
            id,name,sub_specialties,lat,lon,fees.video,fee_cents,telehealth,rating,review_count,bio
            7,Dr A,gp|dermatology,-26.5,28.25,30000,65000,true,4.5,12,"One, ""two"""
            8,Dr B,,,,,,,,,
            """#
        let jsonLines = #"""
            {"id":"7","name":"Dr A","sub_specialties":["gp","dermatology"],"lat":-26.5,"lon":28.25,"fees":{"video":30000},"fee_cents":65000,"telehealth":true,"rating":4.5,"review_count":12,"bio":"One, \"two\""}
            {"id":8,"name":"Dr B"}
            """#
        let rules = DoctorRules(vocabularies: Vocabularies(), now: .now)
        let fromCSV = try doctors(csv, .csv, rules)
        #expect(fromCSV == (try doctors(jsonLines, .jsonLines, rules)))
        #expect(fromCSV.map(\.facts.external_id) == ["7", "8"])
        #expect(fromCSV[0].practices[0].fees == ["first_visit": 65000, "video": 30000])
    }

    @Test("Problems name the field as the file writes it", arguments: [
        (#"{"id":1,"name":5}"#, "name", "must be text"),
        (#"{"id":1,"name":"A","fee_cents":"12"}"#, "fee_cents", "must be a whole number"),
        (#"{"id":1,"name":"A","lat":"x","lon":1}"#, "lat", "must be a number"),
        (#"{"id":1,"name":"A","telehealth":1}"#, "telehealth", "must be true or false"),
        (#"{"id":1,"name":"A","languages":"en"}"#, "languages", "must be a list"),
        (#"{"id":1,"name":"A","languages":["en",3]}"#, "languages[1]", "must be text"),
        (#"{"id":1,"name":"A","more_practices":[{},{"lat":true}]}"#, "more_practices[1].lat", "must be a number"),
        (#"{"id":1.5,"name":"A"}"#, "id", "is not in range or not a whole number"),
        (#"{"id":1,"name":"A","review_count":99999999999999999999}"#, "review_count", "is not in range or not a whole number"),
        (#"{"name":"A"}"#, "id", "is missing"),
    ])
    func problemsNameTheField(_ line: String, _ field: String, _ reason: String) throws {
        #expect(throws: RowProblem(field, reason)) { try ImportLine.parse(Array(line.utf8)) }
    }

    @Test("What is no JSON object is a bad row", arguments: ["", "{", "[]", "5", "nul", "{\"id\":1}{\"id\":2}"])
    func notAnObject(_ line: String) {
        #expect(throws: RowProblem.self) { try ImportLine.parse(Array(line.utf8)) }
    }

    @Test("Bytes that are not UTF-8 are a bad row") func notUTF8() {
        let line = Array(#"{"id":1,"name":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(throws: RowProblem(nil, "is not valid UTF-8")) { try ImportLine.parse(line) }
    }

    @Test("Unknown names are told, known ones and null are not") func unknownNames() throws {
        let line = try ImportLine.parse(Array(#"{"id":1,"name":"A","rating":null,"next_available":null,"colour":"red"}"#.utf8))
        #expect(line.unknownFields == ["colour"])
        #expect(line.practice.isEmpty)
    }

    @Test("A header without id or with a name twice is refused") func badHeaders() {
        #expect(throws: ImportError.missingColumn("id")) { try ImportRows(LineReader(text: "name\n"), format: .csv) }
        #expect(throws: ImportError.repeatedColumn("id")) { try ImportRows(LineReader(text: "id,id\n"), format: .csv) }
        #expect(throws: ImportError.missingHeader) { try ImportRows(LineReader(text: ""), format: .csv) }
    }

    @Test("A CSV row with too few or too many cells is a bad row") func cellCount() throws {
        var rows = try ImportRows(LineReader(text: "id,name\n1\n2,B,C\n3,D\n"), format: .csv)
        var good: [Int] = []
        while let row = try rows.next() {
            if case .success = row.content { good.append(row.lineNumber) }
        }
        #expect(good == [4])
    }

    private func doctors(_ text: String, _ format: ImportFormat, _ rules: DoctorRules) throws -> [ImportedDoctor] {
        var rows = try ImportRows(LineReader(text: text), format: format)
        var doctors: [ImportedDoctor] = []
        while let row = try rows.next() { doctors.append(try rules.doctor(try row.content.get()).get()) }
        return doctors
    }
}
