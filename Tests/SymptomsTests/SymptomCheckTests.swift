import Foundation
import Testing
import Triage
import Web

@testable import Symptoms

@Suite("A conversation")
struct SymptomCheckTests {
    private let secrets = WebSecrets(rootKey: Array(repeating: 7, count: 32))

    @Test("It comes back from its id whole, and from no other server's, no changed and no cut one")
    func sealing() throws {
        let sealing = secrets.sealing("symptoms/check")
        var check = SymptomCheck(text: "zebra ünïcode 🩺")
        check.ageYears = 0.25
        check.filters.schemes = ["bonitas"]
        check.replies = [SymptomCheck.Reply(question: "q", option: "o")]
        let id = try check.sealed(sealing)
        #expect(SymptomCheck.open(id, sealing) == check)
        #expect(!id.contains("zebra"))
        #expect(SymptomCheck.open(id, secrets.sealing("other")) == nil)
        #expect(SymptomCheck.open(String(id.dropLast()), sealing) == nil)
        #expect(SymptomCheck.open(id, WebSecrets(rootKey: Array(repeating: 8, count: 32)).sealing("symptoms/check")) == nil)
        #expect(SymptomCheck.open(try sealing.seal("not a check"), sealing) == nil)
    }

    @Test("The longest text fits into a request line")
    func length() throws {
        let check = SymptomCheck(text: String(repeating: "ü", count: SymptomCheck.maximumTextBytes / 2))
        #expect(try check.sealed(secrets.sealing("symptoms/check")).utf8.count < 12_000)
    }
}

@Suite("What is said")
struct WordingTests {
    private func answer(_ text: String) throws -> TriageAssessment { try SymptomTriage.committed.get().assess(text) }

    private static let lines = Result { try HelpLine.read("\(Folders.data)/Symptoms/lines.jsonl") }

    @Test("Every urgent answer has a number to call first, each path its own line, and no sentence is long")
    func lines() throws {
        let all = try Self.lines.get()
        for (text, first) in [("crushing chest pain and sweating", "112"), ("I want to kill myself", "0800 567 567"), ("my husband beats me", "0800 428 428")] {
            let answer = try answer(text)
            #expect(answer.urgency == .emergency)
            #expect(Wording.lines(for: answer, from: all).first?.number == first)
            #expect(Wording.lines(for: answer, from: all).contains { $0.number == "112" })
            for sentence in Wording.steps(answer) + [Wording.action(answer, emergencyNumber: "112")] {
                #expect(sentence.split(separator: ".").allSatisfy { $0.split(separator: " ").count <= 20 }, "\(sentence)")
            }
        }
        #expect(Wording.lines(for: try answer("dry elbows"), from: all) == [])
    }

    @Test("A file of lines without an emergency number is refused")
    func refused() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "lines-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try #"{"number":"116","name":"Childline","uses":["abuse"]}"#.write(to: file, atomically: true, encoding: .utf8)
        #expect(throws: HelpLine.NoEmergencyNumber.self) { try HelpLine.read(file.path) }
    }
}

enum Folders {
    static let data = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "../../Data").standardizedFileURL.path
}

extension SymptomTriage {
    static let committed = Result {
        try SymptomTriage(
            directory: "\(Folders.data)/Symptoms",
            specialties: String(contentsOfFile: "\(Folders.data)/specialties.csv", encoding: .utf8).split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) })
    }
}
