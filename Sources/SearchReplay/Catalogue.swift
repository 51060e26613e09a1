import SearchIndex

/// A catalogue in memory: its doctors in the file's order, and the number each goes by in the index.
struct Catalogue: Sendable {
    let doctors: [CatalogueDoctor]
    /// By place in `doctors`.
    let numbers: [Int64]
    let ids: CatalogueIDs

    /// Reads a file. Throws `ReplayError` at the first bad line, repeated ids last.
    init(file: String, progress: ReplayProgress = .silent) throws {
        var doctors: [CatalogueDoctor] = []
        var tags: Set<Tag> = []
        try LineReader.forEachLine(of: file) { line, number in
            let doctor = try CatalogueDoctor(line: line)
            tags.formUnion(ReplaySchema.tags(of: doctor))
            if tags.count > Catalogue.tagLimit { throw ReplayError.tooManyTags(file: file, limit: Catalogue.tagLimit) }
            doctors.append(doctor)
            if number % 10_000 == 0 { progress.show("reading \(file): \(number) doctors") }
        }
        do {
            (ids, numbers) = try CatalogueIDs.assign(doctors.map(\.id))
        } catch {
            throw ReplayError.badLine(
                file: file, line: error.later + 1, reason: "id: the same as on line \(error.earlier + 1)")
        }
        self.doctors = doctors
    }

    /// An index numbers its tags in two bytes.
    private static let tagLimit = 65_535
}
