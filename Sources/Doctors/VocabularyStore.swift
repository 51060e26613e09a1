import Postgres

/// Reads the three vocabularies.
struct VocabularyStore: Sendable {
    let database: any PostgresQuerying

    /// All words a file may use. Slugs and names win over practitioners' and common names.
    func load() async throws -> Vocabularies {
        var vocabularies = Vocabularies()
        let specialties = try await database.query("SELECT slug, name, practitioner AS second_name, common_names FROM specialties ORDER BY slug")
        let languages = try await database.query("SELECT code AS slug, name, english_name AS second_name, common_names FROM languages ORDER BY code")
        let schemes = try await database.query("SELECT slug, name, NULL::text AS second_name, common_names FROM schemes ORDER BY slug")
        vocabularies.specialties = try vocabulary(specialties)
        vocabularies.languages = try vocabulary(languages)
        vocabularies.schemes = try vocabulary(schemes)
        return vocabularies
    }

    private func vocabulary(_ rows: PostgresResult) throws -> Vocabulary {
        var vocabulary = Vocabulary()
        let entries = try rows.map { row in
            (
                term: VocabularyTerm(slug: try row.decode("slug"), name: try row.decode("name")),
                second: try row.decode("second_name", as: String?.self),
                common: try row.decode("common_names", as: [String].self)
            )
        }
        for entry in entries { vocabulary.add(entry.term, names: [entry.term.name]) }
        for entry in entries { vocabulary.add(entry.term, names: entry.second.map { [$0] } ?? []) }
        for entry in entries { vocabulary.add(entry.term, names: entry.common) }
        return vocabulary
    }
}
