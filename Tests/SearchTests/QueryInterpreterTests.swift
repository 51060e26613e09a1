import Domain
import Testing
import TextAnalysis

@testable import Search

@Suite struct QueryInterpreterTests {
    static let terminology = Terminology(
        specialties: [
            .init(slug: "general-practice", practitioner: "General Practitioner", field: "General practice", commonNames: ["gp", "family doctor", "huisarts"]),
            .init(slug: "dermatology", practitioner: "Dermatologist", field: "Dermatology", commonNames: ["skin doctor"]),
            .init(slug: "cardiology", practitioner: "Cardiologist", field: "Cardiology", commonNames: ["heart doctor"]),
        ],
        languages: [.init(code: "xh", name: "isiXhosa", otherNames: ["Xhosa"]), .init(code: "zu", name: "isiZulu", otherNames: ["Zulu"])],
        schemes: [.init(code: "bonitas", name: "Bonitas Medical Fund", otherNames: ["bonitas"])])

    static func place(_ slug: String, _ name: String) -> Place {
        Place(
            slug: slug, name: name, kind: .suburb, city: "City", province: "Western Cape",
            coordinate: Coordinate(latitude: -34.04, longitude: 18.68)!, population: 1)
    }

    private let interpreter = QueryInterpreter(terminology: terminology, analyser: TextAnalyser()) { name in
        [place("khayelitsha", "khayelitsha"), place("mitchells-plain", "mitchells plain"), place("botha", "botha")]
            .filter { $0.name == name }
    }

    @Test("What people type is understood", arguments: [
        ("dermatologist", Understanding(specialties: ["dermatology"])),
        ("Skin Doctors", Understanding(specialties: ["dermatology"])),
        ("xhosa speaking GP in Khayelitsha", Understanding(specialties: ["general-practice"], languages: ["xh"], place: "khayelitsha")),
        ("huisarts mitchells plain", Understanding(specialties: ["general-practice"], place: "mitchells-plain")),
        ("affordable doctor who speaks isiXhosa near Khayelitsha tomorrow", Understanding(languages: ["xh"], place: "khayelitsha", freeWithinDays: 1, cheapestFirst: true)),
        ("female gp that takes bonitas", Understanding(specialties: ["general-practice"], schemes: ["bonitas"], gender: "female")),
        ("video heart doctor or skin doctor", Understanding(specialties: ["cardiology", "dermatology"], telehealth: true)),
        ("skin rash", Understanding(words: ["skin", "rash"])),
        ("Dr Zulu", Understanding(words: ["zulu"])),
        ("Dr Good", Understanding(words: ["good"])),
        ("Dr Botha", Understanding(words: ["botha"])),
        ("dr botha in khayelitsha", Understanding(place: "khayelitsha", words: ["botha"])),
        ("gp knee botha", Understanding(specialties: ["general-practice"], words: ["knee", "botha"])),
        ("", Understanding()),
        ("in near at", Understanding()),
    ])
    func understands(_ text: String, _ expected: Understanding) {
        #expect(interpreter.interpret(text) == expected)
    }

    @Test("Only names survive: nothing that was understood stays a word")
    func nothingTwice() {
        let result = interpreter.interpret("zulu gp khayelitsha")
        #expect(result.languages == ["zu"] && result.specialties == ["general-practice"] && result.place == "khayelitsha")
        #expect(result.words.isEmpty)
    }
}
