import Testing
import Web

@testable import Doctors

@Suite struct DoctorsRoutesTests {
    @Test("A doctor's id is a whole number from 1", arguments: ["1", "42", "9223372036854775807", "007"])
    func goodIDs(_ text: String) throws {
        #expect(try DoctorsRoutes.doctorID(text) == Int64(text))
    }

    @Test("Other ids are refused by name", arguments: [
        ("", "wrong_type"), ("-1", "wrong_type"), ("1.0", "wrong_type"), ("x", "wrong_type"), ("١", "wrong_type"),
        ("0", "out_of_range"), ("9223372036854775808", "out_of_range"),
    ])
    func badIDs(_ text: String, _ code: String) {
        let error = #expect(throws: Problem.self) { try DoctorsRoutes.doctorID(text) }
        #expect(error?.errors.map(\.field) == ["id"])
        #expect(error?.errors.map(\.code) == [code])
    }
}
