import Domain
import TextAnalysis

/// Reads one box of words as people use it: "xhosa speaking gp in khayelitsha", "dr dlamini", "skin rash".
///
/// The longest phrase wins; a phrase with two meanings keeps the first, specialties before languages before schemes.
/// A place needs a word such as "in" before it, or a specialty beside it with nothing else left: names of people
/// and of places are often the same. The word after "Dr" is a name, whatever else it may mean.
public struct QueryInterpreter: Sendable {
    private let analyser: TextAnalyser
    private let lexicon: Lexicon
    private let placesNamed: @Sendable (_ folded: String) -> [Place]

    /// - Parameter placesNamed: places by folded name, the most populous first.
    public init(
        terminology: Terminology, analyser: TextAnalyser, placesNamed: @escaping @Sendable (_ folded: String) -> [Place]
    ) {
        self.analyser = analyser
        lexicon = Lexicon(terminology, analyser: analyser)
        self.placesNamed = placesNamed
    }

    /// The meaning of `text`. O(words · longest phrase).
    public func interpret(_ text: String) -> Understanding {
        let words = self.words(text)
        var result = Understanding()
        var rest: [(position: Int, word: String)] = []
        var position = 0
        while position < words.count {
            if position > 0, Lexicon.titles.contains(words[position - 1]) {
                rest.append((position, words[position]))
                position += 1
            } else if result.place == nil, let (place, length) = placeAfterPreposition(words, at: position) {
                result.place = place.slug
                position += length
            } else if let (meaning, length) = longestPhrase(words, at: position) {
                add(meaning, to: &result)
                position += length
            } else {
                rest.append((position, words[position]))
                position += 1
            }
        }
        takePlace(from: &rest, into: &result)
        result.words = rest.map(\.word).filter { !Lexicon.placePrepositions.contains($0) }
        return result
    }

    /// Folded words of a text, as the index holds them.
    func words(_ text: String) -> [String] {
        let analysed = analyser.analyse(text)
        return (0..<analysed.count).map(analysed.token)
    }

    private func longestPhrase(_ words: [String], at position: Int) -> (Lexicon.Meaning, length: Int)? {
        for length in stride(from: min(lexicon.longestPhraseWords, words.count - position), to: 0, by: -1) {
            let phrase = words[position..<position + length].joined(separator: " ")
            if let meaning = lexicon.meanings(of: phrase).first { return (meaning, length) }
        }
        return nil
    }

    private func placeAfterPreposition(_ words: [String], at position: Int) -> (Place, length: Int)? {
        guard Lexicon.placePrepositions.contains(words[position]) else { return nil }
        for length in stride(from: min(QueryInterpreter.longestPlaceWords, words.count - position - 1), to: 0, by: -1) {
            let phrase = words[(position + 1)...(position + length)].joined(separator: " ")
            if let place = placesNamed(phrase).first { return (place, length + 1) }
        }
        return nil
    }

    /// "dentist sandton": all that is left names a place.
    private func takePlace(from rest: inout [(position: Int, word: String)], into result: inout Understanding) {
        guard result.place == nil, !result.specialties.isEmpty, let first = rest.first?.position,
            rest.count <= QueryInterpreter.longestPlaceWords,
            rest.enumerated().allSatisfy({ $1.position == first + $0 }),
            let place = placesNamed(rest.map(\.word).joined(separator: " ")).first
        else { return }
        result.place = place.slug
        rest = []
    }

    private static let longestPlaceWords = 4

    private func add(_ meaning: Lexicon.Meaning, to result: inout Understanding) {
        switch meaning {
        case .specialty(let slug): if !result.specialties.contains(slug) { result.specialties.append(slug) }
        case .language(let code): if !result.languages.contains(code) { result.languages.append(code) }
        case .scheme(let slug): if !result.schemes.contains(slug) { result.schemes.append(slug) }
        case .gender(let gender): result.gender = gender
        case .telehealth: result.telehealth = true
        case .freeWithinDays(let days): result.freeWithinDays = days
        case .cheapestFirst: result.cheapestFirst = true
        case .filler: break
        }
    }
}
