import Domain
import TextAnalysis

/// Everyday phrases and what they ask for. Built from the terminology; looked up by folded words.
struct Lexicon: Sendable {
    enum Meaning: Hashable, Sendable {
        case specialty(String)
        case language(String)
        case scheme(String)
        case gender(String)
        case telehealth
        /// "today", "tomorrow": free before the end of the day so many days from now.
        case freeWithinDays(Int)
        case cheapestFirst
        /// A word that says nothing about whom to find: "the", "doctor", "near me".
        case filler
    }
    private let meanings: [String: [Meaning]]
    let longestPhraseWords: Int

    init(_ terminology: Terminology, analyser: TextAnalyser) {
        var meanings: [String: [Meaning]] = [:]
        func add(_ phrase: String, _ meaning: Meaning) {
            let key = analyser.fold(phrase)
            guard !key.isEmpty, !meanings[key, default: []].contains(meaning) else { return }
            meanings[key, default: []].append(meaning)
        }
        for specialty in terminology.specialties {
            for name in [specialty.practitioner, specialty.field, specialty.slug] + specialty.commonNames {
                add(name, .specialty(specialty.slug))
                add(name + "s", .specialty(specialty.slug))
            }
        }
        for language in terminology.languages {
            for name in [language.name] + language.otherNames {
                add(name, .language(language.code))
                for pattern in ["speaks \(name)", "speak \(name)", "\(name) speaking", "in \(name)"] {
                    add(pattern, .language(language.code))
                }
            }
        }
        for scheme in terminology.schemes {
            for name in [scheme.name] + scheme.otherNames { add(name, .scheme(scheme.code)) }
        }
        for (phrases, meaning) in Lexicon.fixedPhrases { phrases.forEach { add($0, meaning) } }
        self.meanings = meanings
        longestPhraseWords = meanings.keys.lazy.map { $0.split(separator: " ").count }.max() ?? 0
    }

    /// What a folded phrase may mean; empty when it is just words.
    func meanings(of phrase: String) -> [Meaning] { meanings[phrase] ?? [] }

    private static let fixedPhrases: [([String], Meaning)] = [
        (["female doctor", "lady doctor", "woman doctor", "female", "lady"], .gender("female")),
        (["male doctor"], .gender("male")),
        (["telehealth", "telemedicine", "video", "video call", "video consultation", "online", "virtual"], .telehealth),
        (["today"], .freeWithinDays(0)),
        (["tomorrow"], .freeWithinDays(1)),
        (["cheap", "cheapest", "affordable"], .cheapestFirst),
        (
            [
                "a", "an", "and", "or", "the", "i", "me", "my", "need", "want", "find", "looking", "look", "for", "with", "who", "that",
                "is", "are", "takes", "take", "accepts", "accept", "speaks", "speak", "speaking", "free", "available",
                "doctor", "doctors", "dr", "prof", "specialist", "medical aid", "please", "good", "best", "top", "near me",
                "nearby", "close to me", "in my area", "nearest", "to", "of",
            ], .filler
        ),
    ]

    /// Words before a surname: "Dr English".
    static let titles: Set<String> = ["dr", "prof"]

    /// Words before a place: "dentist in Sandton".
    static let placePrepositions: Set<String> = ["in", "near", "at", "around", "by", "close"]
}
