import Foundation

/// What an import row must be to become a doctor. The database refuses the same, by constraint; here the reason names the field.
struct DoctorRules: Sendable {
    let vocabularies: Vocabularies
    /// The moment of the import; relative times count from it.
    let now: Date
    private let currentYear: Int

    static let genders = ["female", "male", "other"]
    static let verificationStates = ["unverified", "submitted", "in_review", "verified", "rejected"]
    static let mostItems = 20

    init(vocabularies: Vocabularies, now: Date) {
        self.vocabularies = vocabularies
        self.now = now
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        currentYear = calendar.component(.year, from: now)
    }

    /// The doctor a line describes, or everything that is wrong with the line.
    func doctor(_ line: ImportLine) -> Result<ImportedDoctor, RowProblems> {
        var check = RowCheck()
        let row = line.doctor
        let name = check.line(row.name, "name", longest: 200)
        if name == nil { check.refuse("name", "is missing") }
        let externalID = check.line(row.id.text, "id", longest: 200)
        if externalID == nil { check.refuse("id", "is missing") }
        var doctor = ImportedDoctor(facts: facts(row, id: externalID ?? "", name: name ?? "", &check))
        doctor.specialties = terms(row.specialties, "specialties", vocabularies.specialties, whereUnknown: { _ in nil }, &check)
        doctor.schemes = terms(row.schemes, "schemes", vocabularies.schemes, whereUnknown: newTerm, &check)
        doctor.languages = languages(row.languages, &check)
        doctor.practices = practices(line, doctor: doctor.facts, &check)
        return check.problems.isEmpty ? .success(doctor) : .failure(RowProblems(list: check.problems))
    }

    private func facts(_ row: DoctorRow, id: String, name: String, _ check: inout RowCheck) -> ImportedDoctor.Facts {
        let number = hpcsaNumber(row.hpcsa_number, &check)
        let state = check.word(row.verification, "verification", of: Self.verificationStates) ?? "unverified"
        if state == "verified", row.hpcsa_number == nil { check.refuse("verification", "verified needs an hpcsa_number") }
        let reviews = check.number(row.review_count?.value, "review_count", in: 0...Int(Int32.max)) ?? 0
        let rating = check.number(row.rating, "rating", in: 1...5)
        if rating != nil, reviews == 0 { check.refuse("review_count", "must be at least 1 where there is a rating") }
        if row.rating == nil, reviews > 0 { check.refuse("rating", "is missing where there are reviews") }
        return ImportedDoctor.Facts(
            external_id: id,
            display_name: name,
            title: check.line(row.title, "title", longest: 40),
            first_names: check.line(row.first_names, "first_names", longest: 120),
            surname: check.line(row.surname, "surname", longest: 120),
            gender: check.word(row.gender, "gender", of: Self.genders),
            hpcsa_number: number,
            verification_state: state,
            biography: check.text(row.bio, "bio", longest: 10_000),
            sub_specialties: lines(row.sub_specialties, "sub_specialties", &check),
            practising_since: check.number(row.practising_since?.value, "practising_since", in: 1930...currentYear),
            telehealth: row.telehealth ?? false,
            rating: rating.map { Decimal(Int(($0 * 100).rounded())) / 100 },
            review_count: reviews,
            is_sample: row.sample ?? false
        )
    }

    private func hpcsaNumber(_ text: String?, _ check: inout RowCheck) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let number = HPCSANumber(text)
        if number == nil { check.refuse("hpcsa_number", "must be \(HPCSANumber.form)") }
        return number?.text
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private func lines(_ list: [String]?, _ field: String, _ check: inout RowCheck) -> [String] {
        var lines: [String] = []
        for (index, item) in (list ?? []).enumerated() {
            guard let line = check.line(item, "\(field)[\(index)]", longest: 120), !lines.contains(line) else { continue }
            lines.append(line)
        }
        if lines.count > Self.mostItems { check.refuse(field, "has more than \(Self.mostItems) entries") }
        return lines
    }

    /// Known terms by slug or any name. Specialties are a fixed list; a scheme that is new since becomes a new term.
    private func terms(
        _ list: [String]?, _ field: String, _ vocabulary: Vocabulary, whereUnknown: (String) -> VocabularyTerm?,
        _ check: inout RowCheck
    ) -> [VocabularyTerm] {
        var terms: [VocabularyTerm] = []
        for (index, text) in lines(list, field, &check).enumerated() {
            guard let term = vocabulary.term(for: text) ?? whereUnknown(text) else {
                check.refuse("\(field)[\(index)]", "is not a known name")
                continue
            }
            if !terms.contains(where: { $0.slug == term.slug }) { terms.append(term) }
        }
        return terms
    }

    private func newTerm(_ text: String) -> VocabularyTerm? {
        let slug = Vocabulary.slug(text)
        guard !slug.isEmpty, slug.utf8.count <= 80 else { return nil }
        guard text == slug else { return VocabularyTerm(slug: slug, name: text) }
        let words = slug.replacing("-", with: " ")
        return VocabularyTerm(slug: slug, name: words.prefix(1).uppercased() + words.dropFirst())
    }

    private func languages(_ list: [String]?, _ check: inout RowCheck) -> [String] {
        var codes: [String] = []
        for (index, text) in lines(list, "languages", &check).enumerated() {
            guard let code = vocabularies.languages.term(for: text)?.slug else {
                check.refuse("languages[\(index)]", "is not a known language code or name")
                continue
            }
            if !codes.contains(code) { codes.append(code) }
        }
        return codes
    }
}

/// Everything that is wrong with one row; never empty.
struct RowProblems: Error, Equatable {
    let list: [RowProblem]
}
