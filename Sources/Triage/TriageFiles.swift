import Foundation

/// The reviewed data of the symptom checker as it lies in `Data/Symptoms`, read and checked line by line.
struct TriageFiles {
    private(set) var classes: [String: [String]] = [:]
    private(set) var contexts: [(kind: ContextKind, patterns: [String])] = []
    private(set) var concepts: [(id: String, patterns: [String], countsPast: Bool)] = []
    private(set) var rules: [RuleLine] = []
    private(set) var knowledge: [KnowledgeLine] = []
    private(set) var questions: [QuestionLine] = []
    private(set) var clarifications: [ClarificationLine] = []
    private(set) var languages: [LanguageLine] = []
    /// Words that are near others and no misspellings of them.
    private(set) var realWords: Set<String> = []
    /// Hexadecimal digits that change with every change of the data.
    private(set) var version = ""
    private(set) var problems: [String] = []
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    struct ClassLine: Decodable {
        let `class`: String
        let words: [String]
    }
    struct ContextLine: Decodable {
        let context: ContextKind
        let patterns: [String]
    }
    struct RuleLine: Decodable {
        let rule: String
        let title: String
        let urgency: String
        let all: [[String]]
        let none: [String]?
        let within: Int?
        let words: Int?
        let age: [Double]?
        let age_or_unknown: [Double]?
        let sex: PatientFacts.Sex?
        let pregnant: Bool?
        let path: DangerPath?
        let source: String
        let version: Int
    }
    struct KnowledgeLine: Decodable {
        let id: String
        let phrases: [String]
        let specialties: [String: Double]
        let sex: PatientFacts.Sex?
        let age: [Double]?
        let urgency: String?
    }
    struct QuestionLine: Decodable {
        let text: String
        let specialties: [String]
    }
    struct ClarificationLine: Decodable {
        struct Option: Decodable {
            let id: String
            let label: String
            let adds: String
        }
        let question: String
        let text: String
        let when: [String]
        let unless: [String]?
        let options: [Option]
    }
    struct LanguageLine: Decodable {
        let language: String
        let words: [String]
    }
    private struct ConceptOrRule: Decodable {
        let concept: String?
        let patterns: [String]?
        /// Whether it also counts when it is told as past: "chemo last week".
        let past: Bool?
        let rule: String?
    }

    /// Reads a folder and a word list; what is wrong is collected in `problems`, as `file:line: what`.
    init(directory: String, dictionary: String) {
        each(ClassLine.self, in: "\(directory)/classes.jsonl") { $0.classes[$1.class] = $1.words }
        each(ContextLine.self, in: "\(directory)/context.jsonl") { $0.contexts.append(($1.context, $1.patterns)) }
        each(ClarificationLine.self, in: "\(directory)/clarifications.jsonl") { $0.clarifications.append($1) }
        each(LanguageLine.self, in: "\(directory)/languages.jsonl") { $0.languages.append($1) }
        for file in TriageFiles.files("\(directory)/red-flags") {
            lines(of: file) { files, data in
                let line = try JSONDecoder().decode(ConceptOrRule.self, from: data)
                if let concept = line.concept, let patterns = line.patterns {
                    files.concepts.append((concept, patterns, line.past ?? false))
                } else if line.rule != nil {
                    files.rules.append(try JSONDecoder().decode(RuleLine.self, from: data))
                } else {
                    throw PatternError(description: "neither a concept with patterns nor a rule")
                }
            }
        }
        for file in TriageFiles.files("\(directory)/knowledge") { each(KnowledgeLine.self, in: file) { $0.knowledge.append($1) } }
        for file in TriageFiles.files("\(directory)/questions") { each(QuestionLine.self, in: file) { $0.questions.append($1) } }
        readDictionary(dictionary)
        version = String(hash, radix: 16)
    }

    /// Plain words of the language, one a line: none of them is a misspelling. Not part of the version: it is the system's.
    private mutating func readDictionary(_ path: String) {
        guard let data = FileManager.default.contents(atPath: path) else {
            problems.append("\(path): cannot be read; it is the word list of Debian's package wbritish")
            return
        }
        realWords = Set(
            data.split(separator: UInt8(ascii: "\n")).map { line in
                String(decoding: line.filter { $0 != UInt8(ascii: "'") }, as: UTF8.self).lowercased()
            })
    }

    private static func files(_ directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.sorted().map { "\(directory)/\($0)" }
    }

    private mutating func contents(_ path: String) -> Data? {
        guard let data = FileManager.default.contents(atPath: path) else {
            problems.append("\(path): cannot be read")
            return nil
        }
        hash = data.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return data
    }

    private mutating func each<Line: Decodable>(_ type: Line.Type, in path: String, _ body: (inout TriageFiles, Line) -> Void) {
        lines(of: path) { files, data in body(&files, try JSONDecoder().decode(type, from: data)) }
    }

    private mutating func lines(of path: String, _ body: (inout TriageFiles, Data) throws -> Void) {
        guard let data = contents(path) else { return }
        for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            do { try body(&self, Data(line)) } catch { problems.append("\(path):\(number + 1): \(TriageFiles.reason(error))") }
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        default: "\(error)"
        }
    }
}
