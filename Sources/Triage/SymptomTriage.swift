import Foundation

/// A person's own words in, the right urgency and the right kinds of doctor out. Never a diagnosis.
///
/// Immutable and shared freely. Loading takes about a second, an assessment about half a millisecond for a hundred words.
public struct SymptomTriage: Sendable {
    private let reader: PatientTextReader
    private let context: ContextReader
    private let redFlags: RedFlags
    private let ranker: SpecialtyRanker
    private let policy = TriagePolicy()
    private let chooser: ClarificationChooser
    /// Every flag there is, sorted.
    public let redFlagIDs: [String]
    /// Slugs the answer may name.
    public let specialties: [String]
    /// Changes with every change of rules or knowledge.
    public let version: String

    /// The word list of Debian's package wbritish.
    public static let systemDictionary = "/usr/share/dict/british-english"

    /// - Parameters:
    ///   - directory: a folder like `Data/Symptoms`.
    ///   - dictionary: plain English words, one a line, which are never taken for misspellings.
    ///   - specialties: every slug the answer may name.
    /// - Throws: `TriageDataError` with every line that cannot be used.
    public init(directory: String, dictionary: String = SymptomTriage.systemDictionary, specialties: [String]) throws(TriageDataError) {
        let files = TriageFiles(directory: directory, dictionary: dictionary)
        var compiler = TriageCompiler(files: files, specialties: specialties)
        let contextPatterns = compiler.contextPatterns()
        let flags = compiler.redFlags()
        let knowledge = compiler.knowledge()
        let clarifications = compiler.clarifications()
        guard compiler.problems.isEmpty else { throw TriageDataError(problems: compiler.problems) }
        let reader = PatientTextReader(
            vocabulary: compiler.vocabulary, realWords: files.realWords,
            languages: LanguageGuess(files.languages.map { ($0.language, Set($0.words)) }))
        let ranker = SpecialtyRanker(
            specialties: specialties, entries: knowledge.entries, questions: knowledge.questions, patterns: knowledge.patterns,
            phrases: knowledge.phrases, stems: { TriageCompiler.stems(of: reader.read($0)) })
        self.reader = reader
        self.ranker = ranker
        redFlags = flags
        context = ContextReader(patterns: contextPatterns, kinds: files.contexts.map(\.kind))
        redFlagIDs = Array(Set(flags.rules.map(\.flag))).sorted()
        self.specialties = specialties
        version = files.version
        chooser = ClarificationChooser(clarifications) { words in
            let text = reader.read(words)
            let found = ranker.found(in: text, context: TextContext(count: text.tokens.count), facts: PatientFacts())
            return ranker.evidence(found: found, tokens: TriageCompiler.stems(of: text))
        }
    }

    /// Assesses a text. O(bytes · patterns that share a rare word).
    /// - Parameters:
    ///   - known: what the person said apart from the words; it wins over what the words say.
    ///   - asked: questions that need not be asked again.
    public func assess(_ text: String, facts known: PatientFacts = PatientFacts(), asked: Set<String> = []) -> TriageAssessment {
        let text = reader.read(text)
        let context = context.read(text)
        let facts = known.completed(by: FactsReader.facts(of: text, context: context))
        let mentions = redFlags.mentions(in: text, context: context)
        let flags = redFlags.flags(in: text, mentions: mentions, facts: facts)
        let found = ranker.found(in: text, context: context, facts: facts)
        let tokens = text.tokens.indices
            .filter { context.negatedBy[$0] == nil && context.assertions[$0] != .figurative }
            .compactMap { TriageCompiler.tellingStem(text.tokens[$0]) }
        let odds = ranker.logOdds(ranker.evidence(found: found, tokens: tokens))
        let ranked = ranker.ranked(odds, text: text, found: found)
        let isUnderstood = !flags.isEmpty || text.language == "en" && !tokens.isEmpty
        let urgency = max(flags.map(\.urgency).max() ?? .selfCare, isUnderstood ? ranker.urgency(found) : .routine)
        let present = Set(mentions.filter { $0.assertion == .present }.map(\.concept))
        return TriageAssessment(
            urgency: urgency, flags: flags, specialties: policy.choose(ranked, facts: facts, isUnderstood: isUnderstood), facts: facts,
            question: urgency == .emergency || !isUnderstood ? nil : chooser.choose(odds, present: present, asked: asked), language: text.language,
            isUnderstood: isUnderstood, version: version)
    }

    /// The same answer with a better ranking of specialties; children and pregnant women are sent as always.
    public func reordered(_ assessment: TriageAssessment, by ranked: [RankedSpecialty]) -> TriageAssessment {
        var assessment = assessment
        assessment.specialties = policy.choose(ranked, facts: assessment.facts, isUnderstood: true)
        return assessment
    }

    /// A question by its id.
    public func clarification(_ id: String) -> Clarification? { chooser.clarifications.first { $0.id == id } }

    /// How a piece of a text is meant, by its place; what the evaluation of negation asks.
    /// - Parameter range: UTF-8 offsets in `text`.
    public func assertion(of range: Range<Int>, in text: String) -> Assertion {
        let text = reader.read(text)
        let tokens = text.tokens.indices.filter { text.tokens[$0].source.overlaps(range) }
        return context.read(text).assertion(of: tokens.map(Int32.init))
    }
}

/// Why the data cannot be used.
public struct TriageDataError: Error, CustomStringConvertible {
    /// One line each.
    public let problems: [String]
    public var description: String { problems.joined(separator: "\n") }
}

/// What the words mean for whoever wrote them.
public struct TriageAssessment: Sendable {
    public var urgency: Urgency
    /// The most urgent first.
    public private(set) var flags: [RedFlag]
    /// One to three, best first.
    public var specialties: [RankedSpecialty]
    public let facts: PatientFacts
    /// What would help most to know; `nil` when nothing would, and in an emergency.
    public var question: Clarification?
    /// BCP 47 of the language the words seem to be in; `und` when nothing tells.
    public let language: String
    /// Whether enough was understood to say more than "see a nurse or a general practitioner".
    public let isUnderstood: Bool
    /// Of rules and knowledge.
    public let version: String

    /// Dangers with a way of their own, the most urgent first.
    public var paths: [DangerPath] {
        flags.reduce(into: []) { paths, flag in if let path = flag.path, !paths.contains(path) { paths.append(path) } }
    }

    /// The path that decides what is said first: none where another danger is as urgent.
    public var leadingPath: DangerPath? {
        guard let first = flags.first, !flags.contains(where: { $0.path == nil && $0.urgency == first.urgency }) else { return nil }
        return flags.first { $0.urgency == first.urgency }?.path
    }

    /// The same answer with the dangers of another one in it, whose words are not the person's own and are not quoted. Never lower.
    public func raised(by other: TriageAssessment) -> TriageAssessment {
        var raised = self
        raised.urgency = max(urgency, other.urgency)
        for flag in other.flags where !flags.contains(where: { $0.id == flag.id && $0.urgency >= flag.urgency }) {
            raised.flags.append(
                RedFlag(id: flag.id, version: flag.version, title: flag.title, urgency: flag.urgency, path: flag.path, evidence: []))
        }
        raised.flags.sort { ($1.urgency, $0.id) < ($0.urgency, $1.id) }
        if raised.urgency == .emergency { raised.question = nil }
        return raised
    }
}
