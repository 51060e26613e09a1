import Foundation

/// Turns the lines of the data into what is matched, and collects what is wrong with them.
struct TriageCompiler {
    private let files: TriageFiles
    private let specialtyNumbers: [String: Int]
    private(set) var vocabulary = Vocabulary()
    private(set) var problems: [String]
    private var conceptNumbers: [String: Int32] = [:]

    init(files: TriageFiles, specialties: [String]) {
        self.files = files
        problems = files.problems
        specialtyNumbers = Dictionary(uniqueKeysWithValues: specialties.enumerated().map { ($1, $0) })
    }

    mutating func contextPatterns() -> PatternSet {
        var set = PatternSet()
        for (number, line) in files.contexts.enumerated() {
            for text in line.patterns { add(text, owner: Int32(number), to: &set, of: "context \(line.kind.rawValue)") }
        }
        set.finish()
        return set
    }

    mutating func redFlags() -> RedFlags {
        var set = PatternSet()
        var past: Set<Int32> = []
        for concept in files.concepts {
            if conceptNumbers[concept.id] != nil { problems.append("concept \(concept.id): there are two of this id") }
            let number = conceptNumbers[concept.id] ?? Int32(conceptNumbers.count)
            conceptNumbers[concept.id] = number
            if concept.countsPast { past.insert(number) }
            for text in concept.patterns { add(text, owner: number, to: &set, of: "concept \(concept.id)") }
        }
        set.finish()
        var ids: Set<String> = []
        let rules = files.rules.compactMap { line -> RedFlagRule? in
            if !ids.insert(line.rule).inserted { problems.append("rule \(line.rule): there are two of this id") }
            guard let urgency = Urgency(name: line.urgency), urgency >= .sameDay else {
                problems.append("rule \(line.rule): urgency must be emergency or same-day")
                return nil
            }
            if line.all.isEmpty || line.all.contains(where: \.isEmpty) { problems.append("rule \(line.rule): an empty list of signs") }
            let age = line.age ?? line.age_or_unknown
            if let age, age.count != 2 || age[0] > age[1] {
                problems.append("rule \(line.rule): age must be two rising numbers")
                return nil
            }
            return RedFlagRule(
                id: line.rule, title: line.title, urgency: urgency, path: line.path,
                all: line.all.map { $0.compactMap { concept($0, of: line.rule) } },
                none: (line.none ?? []).compactMap { concept($0, of: line.rule) }, within: line.within ?? 40, maximumWords: line.words,
                ageYears: age.map { $0[0]...$0[1] }, acceptsUnknownAge: line.age == nil, sex: line.sex, isPregnant: line.pregnant,
                version: line.version)
        }
        if rules.isEmpty { problems.append("red-flags: there is no rule at all") }
        return RedFlags(patterns: set, rules: rules, pastConcepts: past)
    }

    private mutating func concept(_ id: String, of rule: String) -> Int32? {
        if let number = conceptNumbers[id] { return number }
        problems.append("rule \(rule): there is no concept \(id)")
        return nil
    }

    mutating func knowledge() -> (
        entries: [KnowledgeEntry], questions: [SolvedQuestion], patterns: PatternSet, phrases: [(entry: Int, weight: Double)]
    ) {
        var entries: [KnowledgeEntry] = []
        for line in files.knowledge {
            let weights = line.specialties.sorted { $0.key < $1.key }.compactMap { slug, weight -> (specialty: Int, weight: Double)? in
                specialty(slug, of: "entry \(line.id)").map { ($0, weight) }
            }
            if weights.isEmpty || line.urgency != nil && line.urgency.flatMap(Urgency.init(name:)) == nil || line.age.map({ $0.count != 2 || $0[0] > $0[1] }) ?? false {
                problems.append("entry \(line.id): it needs specialties, a known urgency and an age of two rising numbers")
                continue
            }
            entries.append(
                KnowledgeEntry(
                    id: line.id, phrases: line.phrases, weights: weights, sex: line.sex,
                    ageYears: line.age.map { $0[0]...$0[1] },
                    urgency: line.urgency.flatMap(Urgency.init(name:))))
        }
        let questions = files.questions.map { line in
            SolvedQuestion(text: line.text, specialties: line.specialties.prefix(3).compactMap { specialty($0, of: "question «\(line.text.prefix(30))»") })
        }
        let words = entries.map { $0.phrases.map(TriageCompiler.words) }
        let weights = phraseWeights(words.flatMap { $0 } + questions.map { TriageCompiler.words($0.text) })
        var set = PatternSet()
        var phrases: [(entry: Int, weight: Double)] = []
        for (entry, list) in words.enumerated() {
            for phrase in list where !phrase.isEmpty {
                // "no urine" is not "no change in urine".
                let isDenial = phrase.contains { TriageCompiler.denials.contains($0) }
                let window = isDenial ? nil : TriageCompiler.phraseWindow
                set.add(Pattern(words: phrase, window: window, vocabulary: &vocabulary), owner: Int32(phrases.count))
                phrases.append((entry, weights(phrase)))
            }
        }
        set.finish()
        return (entries, questions, set, phrases)
    }

    private static let denials: Set<String> = ["no", "not", "cant", "cannot", "without", "never", "wont", "doesnt", "dont", "didnt", "isnt"]
    /// Other words within a phrase.
    private static let phraseWindow = 2

    /// How telling a phrase is: the sum of its words' inverse document frequencies over what two rare words have, at most 1.
    private func phraseWeights(_ documents: [[String]]) -> ([String]) -> Double {
        var frequencies: [String: Int] = [:]
        for document in documents { for stem in Set(document.map(Stemmer.stem)) { frequencies[stem, default: 0] += 1 } }
        let count = Double(documents.count)
        return { phrase in
            let sum = phrase.reduce(0) { $0 + log(count / Double(frequencies[Stemmer.stem($1)] ?? 1)) }
            return min(1, sum / log(count) / 1.3)
        }
    }

    private mutating func specialty(_ slug: String, of what: String) -> Int? {
        if let number = specialtyNumbers[slug] { return number }
        problems.append("\(what): there is no specialty \(slug)")
        return nil
    }

    mutating func clarifications() -> [Clarification] {
        files.clarifications.map { line in
            Clarification(
                id: line.question, text: line.text, when: line.when.compactMap { concept($0, of: "question \(line.question)") },
                unless: (line.unless ?? []).compactMap { concept($0, of: "question \(line.question)") },
                options: line.options.map { Clarification.Option(id: $0.id, label: $0.label, adds: $0.adds) })
        }
    }

    private mutating func add(_ text: String, owner: Int32, to set: inout PatternSet, of what: String) {
        do throws(PatternError) {
            set.add(try Pattern(text, classes: files.classes, vocabulary: &vocabulary), owner: owner)
        } catch {
            problems.append("\(what): \(error.description)")
        }
    }

    /// Words of a phrase that must stand in a text.
    private static func words(_ phrase: String) -> [String] {
        let all = phrase.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map { $0.filter { $0 != "'" } }
        let telling = all.filter { !Fillers.words.contains($0) && !weakWords.contains($0) }
        return telling.isEmpty ? all : telling
    }

    /// Between meaningful words and worth nothing without them.
    private static let weakWords: Set<String> = [
        "when", "while", "during", "about", "than", "by", "as", "if", "what", "why", "how", "which", "who", "can", "could", "should", "would",
        "will", "please", "doctor", "hi", "hello", "dear", "sir", "me", "us", "because", "but", "since", "any", "there", "also", "more", "now",
        "years", "year", "months", "month", "weeks", "week", "days", "day", "old", "am", "know", "want", "help", "need", "advise", "suggest",
        "thanks", "thank", "problem", "two", "three", "one", "time", "times",
    ]

    /// The stem that the ranker counts; `nil` for fillers, weak words and numbers.
    static func tellingStem(_ token: PatientText.Token) -> String? {
        guard !token.isFiller, !weakWords.contains(token.word), token.word.contains(where: \.isLetter) else { return nil }
        return Stemmer.stem(token.word)
    }

    static func stems(of text: PatientText) -> [String] { text.tokens.compactMap(tellingStem) }
}
