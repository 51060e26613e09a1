import Domain

/// The committed vocabularies, read from `specialties.csv`, `languages.csv` and `schemes.csv`.
struct ReferenceFiles {
    /// A language's first other name is its English one.
    let terminology: Terminology

    /// - Throws: `ImportError` for a file that cannot be read, `ReferenceDataError` for a row that cannot.
    init(directory: String) throws {
        let specialties = try Self.rows(of: "specialties.csv", in: directory, columns: ["slug", "practitioner", "field", "common_names"])
        let languages = try Self.rows(of: "languages.csv", in: directory, columns: ["code", "name", "english_name", "other_names"])
        let schemes = try Self.rows(of: "schemes.csv", in: directory, columns: ["slug", "name", "common_names"])
        terminology = Terminology(
            specialties: specialties.map {
                Terminology.Specialty(slug: $0[0], practitioner: $0[1], field: $0[2], commonNames: Self.list($0[3]))
            },
            languages: languages.map { Terminology.Term(code: $0[0], name: $0[1], otherNames: [$0[2]] + Self.list($0[3])) },
            schemes: schemes.map { Terminology.Term(code: $0[0], name: $0[1], otherNames: Self.list($0[2])) })
    }

    /// The same words as `VocabularyStore` loads from the database.
    var vocabularies: Vocabularies {
        var vocabularies = Vocabularies()
        vocabularies.specialties.add(terminology.specialties.map { ($0.slug, $0.field, [$0.practitioner] + $0.commonNames) })
        vocabularies.languages.add(terminology.languages.map { ($0.code, $0.name, $0.otherNames) })
        vocabularies.schemes.add(terminology.schemes.map { ($0.code, $0.name, $0.otherNames) })
        return vocabularies
    }

    /// The named cells of every row; columns not named are passed over.
    private static func rows(of name: String, in directory: String, columns: [String]) throws -> [[String]] {
        let file = try ImportFile(path: "\(directory)/\(name)")
        defer { file.close() }
        var records = CSVRecordReader(lines: LineReader(file.handle))
        guard let header = try records.next()?.cells.get() else { throw ImportError.missingHeader }
        let positions = try columns.map { column in
            guard let position = header.firstIndex(of: column) else { throw ImportError.missingColumn(column) }
            return position
        }
        var rows: [[String]] = []
        while let record = try records.next() {
            guard case .success(let cells) = record.cells, cells.count == header.count else {
                throw ReferenceDataError(file: name, lineNumber: record.lineNumber)
            }
            rows.append(positions.map { cells[$0] })
        }
        return rows
    }

    private static func list(_ cell: String) -> [String] {
        var names: [String] = []
        for name in cell.split(separator: "|").map(String.init) where !names.contains(name) { names.append(name) }
        return names
    }
}

