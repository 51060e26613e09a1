/// The names behind the codes: what specialties, languages and schemes are called, officially and in everyday speech.
public struct Terminology: Sendable, Equatable {
    public struct Specialty: Sendable, Equatable {
        public let slug: String
        /// What its doctor is called: "Dermatologist".
        public let practitioner: String
        /// What it is called: "Dermatology".
        public let field: String
        /// Everyday names, any language.
        public let commonNames: [String]

        public init(slug: String, practitioner: String, field: String, commonNames: [String]) {
            self.slug = slug
            self.practitioner = practitioner
            self.field = field
            self.commonNames = commonNames
        }
    }
    /// A language or a medical scheme.
    public struct Term: Sendable, Equatable {
        /// The language's code or the scheme's slug.
        public let code: String
        public let name: String
        public let otherNames: [String]

        public init(code: String, name: String, otherNames: [String]) {
            self.code = code
            self.name = name
            self.otherNames = otherNames
        }
    }
    public let specialties: [Specialty]
    public let languages: [Term]
    public let schemes: [Term]
    private let specialtyBySlug: [String: Specialty]
    private let languageNames: [String: String]
    private let schemeNames: [String: String]

    public init(specialties: [Specialty], languages: [Term], schemes: [Term]) {
        self.specialties = specialties
        self.languages = languages
        self.schemes = schemes
        specialtyBySlug = Dictionary(specialties.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
        languageNames = Dictionary(languages.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
        schemeNames = Dictionary(schemes.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    public static let empty = Terminology(specialties: [], languages: [], schemes: [])

    public func specialty(_ slug: String) -> Specialty? { specialtyBySlug[slug] }
    /// The language's own name, `nil` for an unknown code.
    public func languageName(_ code: String) -> String? { languageNames[code] }
    public func schemeName(_ slug: String) -> String? { schemeNames[slug] }
}
