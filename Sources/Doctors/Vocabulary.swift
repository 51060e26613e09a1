import Foundation

/// A specialty or medical scheme as a file names it.
struct VocabularyTerm: Codable, Hashable, Sendable {
    let slug: String
    let name: String
}

/// The known words for specialties, languages and schemes, and what each stands for.
struct Vocabulary: Sendable {
    /// By the slug of every name.
    private var terms: [String: VocabularyTerm] = [:]

    /// Adds what a slug or code may be called. Earlier entries win, so add what is most certain first.
    mutating func add(_ term: VocabularyTerm, names: [String]) {
        for name in [term.slug] + names {
            let key = Self.slug(name)
            if terms[key] == nil { terms[key] = term }
        }
    }

    /// Adds whole lists: slugs and names win over other names, whichever entry comes first.
    mutating func add(_ entries: [(slug: String, name: String, otherNames: [String])]) {
        for entry in entries { add(VocabularyTerm(slug: entry.slug, name: entry.name), names: [entry.name]) }
        for entry in entries { add(VocabularyTerm(slug: entry.slug, name: entry.name), names: entry.otherNames) }
    }

    func term(for text: String) -> VocabularyTerm? { terms[Self.slug(text)] }

    func contains(_ term: VocabularyTerm) -> Bool { terms[term.slug]?.slug == term.slug }

    /// Lower-case ASCII letters and digits, everything else one `-`; accents are dropped. Empty when nothing is left.
    static func slug(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { $0 < 0x80 } ? text : text.folding(options: .diacriticInsensitive, locale: nil)
        var slug: [UInt8] = []
        for byte in plain.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): slug.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): slug.append(byte | 0x20)
            default: if let last = slug.last, last != UInt8(ascii: "-") { slug.append(UInt8(ascii: "-")) }
            }
        }
        if slug.last == UInt8(ascii: "-") { slug.removeLast() }
        return String(decoding: slug, as: UTF8.self)
    }
}

/// The three vocabularies of the `Doctors` tables.
struct Vocabularies: Sendable {
    var specialties = Vocabulary()
    var languages = Vocabulary()
    var schemes = Vocabulary()
}
