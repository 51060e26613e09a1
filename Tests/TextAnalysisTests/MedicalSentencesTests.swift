import Foundation
import Testing
@testable import TextAnalysis

@Suite struct MedicalSentencesTests {
    private struct Sentence: Decodable { let language: String, text: String }

    @Test("every letter and digit of real sentences in eight official languages survives, in order and in place")
    func lettersSurvive() throws {
        guard let file = Self.sharedFile("languages/medical_sentences.jsonl") else {
            print("skipped: medical_sentences.jsonl is absent; set SHARED_DATA to the shared folder")
            return
        }
        let analyser = TextAnalyser()
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 1_000)
        for line in lines {
            let text = try JSONDecoder().decode(Sentence.self, from: Data(line.utf8)).text
            let words = analyser.analyse(text)
            let utf8 = Array(text.utf8)
            #expect(String(decoding: words.bytes, as: UTF8.self) == Self.bareLetters(text), "\(text)")
            expectSound(words, of: text)
            for i in 0..<words.count {
                let source = String(decoding: utf8[words.sourceRanges[i]], as: UTF8.self)
                #expect(Self.bareLetters(source) == words.token(i), "\(text)")
            }
        }
    }

    /// Foundation's own decomposition, not the code under test.
    private static func bareLetters(_ text: String) -> String {
        let scalars = text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars
        return String(String.UnicodeScalarView(scalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }))
    }

    /// Looks in `SHARED_DATA` (the shared folder or its `data`), then in the folder `shared` beside the package.
    private static func sharedFile(_ path: String) -> URL? {
        let beside = URL(filePath: #filePath).appending(path: "../../../../shared")
        let named = ProcessInfo.processInfo.environment["SHARED_DATA"].map { URL(filePath: $0) }
        return [named, beside].compactMap(\.self)
            .flatMap { [$0.appending(path: path), $0.appending(path: "data").appending(path: path)] }
            .map(\.standardizedFileURL)
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }
}
