import Domain
import Foundation
import Postgres

/// SQL of cases and their documents; what a constraint says becomes a refusal.
struct VerificationStore: Sendable {
    let database: any PostgresQuerying

    /// - Throws: `.accountHasOpenCase`, `.doctorHasOpenCase` when there is one.
    func insert(_ id: UUID, accountID: UUID, _ purpose: Verification.Purpose, doctorID: Int64?) async throws -> Verification {
        try await refusing {
            try Verification(
                try await database.query(
                    """
                    INSERT INTO doctor_verifications (verification_id, account_id, purpose, doctor_id)
                    VALUES (\(id), \(accountID), \(purpose), \(doctorID)) RETURNING *
                    """)[0])
        }
    }

    /// - Parameter locks: whether nobody else may change it until the transaction ends.
    func verification(_ id: UUID, locks: Bool = false) async throws -> Verification? {
        try await database.query(
            "SELECT * FROM doctor_verifications WHERE verification_id = \(id)\(unescaped: locks ? " FOR NO KEY UPDATE" : "")"
        )
        .first.map(Verification.init)
    }

    /// An account's cases, the latest first.
    func verifications(accountID: UUID, limit: Int) async throws -> [Verification] {
        try await database.query(
            "SELECT * FROM doctor_verifications WHERE account_id = \(accountID) ORDER BY created_at DESC, verification_id DESC LIMIT \(limit)"
        ).map(Verification.init)
    }

    /// The case that makes an account the doctor of a profile.
    func standing(accountID: UUID) async throws -> Verification? {
        try await database.query("SELECT * FROM doctor_verifications WHERE account_id = \(accountID) AND state IN ('verified', 'expired')")
            .first.map(Verification.init)
    }

    /// The case that makes a profile somebody's.
    func standing(doctorID: Int64) async throws -> Verification? {
        try await database.query("SELECT * FROM doctor_verifications WHERE doctor_id = \(doctorID) AND state IN ('verified', 'expired')")
            .first.map(Verification.init)
    }

    /// What waits for a decision, the oldest first.
    /// - Parameter after: where the page before ended.
    func queue(after: (submittedAt: Date, id: UUID)?, limit: Int) async throws -> [Verification] {
        let from: SQL = if let after { "AND (submitted_at, verification_id) > (\(after.submittedAt), \(after.id))" } else { "" }
        return try await database.query(
            """
            SELECT * FROM doctor_verifications WHERE state IN ('submitted', 'in_review') \(from)
            ORDER BY submitted_at, verification_id LIMIT \(limit)
            """
        ).map(Verification.init)
    }

    /// Changes one case.
    /// - Parameter assignments: `column = value, …`.
    func update(_ id: UUID, _ assignments: SQL) async throws -> Verification {
        try await refusing {
            try Verification(
                try await database.query("UPDATE doctor_verifications SET \(assignments) WHERE verification_id = \(id) RETURNING *")[0])
        }
    }

    /// What an account says of itself.
    func setFacts(_ facts: VerificationFacts, of id: UUID) async throws -> Verification {
        let practice = facts.practice
        return try await update(
            id,
            """
            title = \(facts.title), first_names = \(facts.firstNames), surname = \(facts.surname), hpcsa_number = \(facts.hpcsaNumber.text),
            category = \(facts.category), card_valid_until = \(PostgresDate(facts.cardValidUntil)), specialties = \(facts.specialties),
            languages = \(facts.languages), schemes = \(facts.schemes), practice_name = \(practice?.name), practice_address = \(practice?.address),
            practice_suburb = \(practice?.suburb), practice_city = \(practice?.city), practice_province = \(practice?.province),
            practice_postal_code = \(practice?.postalCode), practice_latitude = \(practice?.coordinate.latitude),
            practice_longitude = \(practice?.coordinate.longitude)
            """)
    }

    private func refusing<Value>(_ write: () async throws -> Value) async throws -> Value {
        do {
            return try await write()
        } catch let error as PostgresError {
            switch error.constraint {
            case "doctor_verifications_one_open_per_account": throw VerificationRefusal.accountHasOpenCase
            case "doctor_verifications_one_open_per_doctor": throw VerificationRefusal.doctorHasOpenCase
            case "doctor_verifications_one_standing_per_account": throw VerificationRefusal.accountHasProfile
            case "doctor_verifications_one_standing_per_doctor": throw VerificationRefusal.doctorTaken
            case "doctor_verifications_not_by_oneself": throw VerificationRefusal.ownCase
            default: throw error
            }
        }
    }
}

extension Verification {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row.decode("verification_id"), accountID: try row.decode("account_id"), purpose: try row.decode("purpose"),
            doctorID: try row.decode("doctor_id"), state: try row.decode("state"), facts: try VerificationFacts(row),
            submittedAt: try row.decode("submitted_at"), reviewerID: try row.decode("reviewer_id"), takenAt: try row.decode("taken_at"),
            decidedAt: try row.decode("decided_at"), reason: try row.decode("reason"), note: try row.decode("note"),
            version: Int(try row.decode("version", as: Int32.self)), createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at"))
    }
}

extension VerificationFacts {
    /// Nil where the account has said nothing yet.
    fileprivate init?(_ row: PostgresRow) throws {
        guard let number = try row.decode("hpcsa_number", as: String?.self).flatMap(HPCSANumber.init) else { return nil }
        self.init(
            title: try row.decode("title"), firstNames: try row.decode("first_names"), surname: try row.decode("surname"),
            hpcsaNumber: number,
            category: try row.decode("category"), cardValidUntil: LocalDay(try row.decode("card_valid_until", as: PostgresDate.self)),
            specialties: try row.decode("specialties"), languages: try row.decode("languages"), schemes: try row.decode("schemes"),
            practice: try Practice(row))
    }
}

extension VerificationFacts.Practice {
    fileprivate init?(_ row: PostgresRow) throws {
        guard let name = try row.decode("practice_name", as: String?.self),
            let coordinate = Coordinate(latitude: try row.decode("practice_latitude"), longitude: try row.decode("practice_longitude"))
        else { return nil }
        self.init(
            name: name, address: try row.decode("practice_address"), suburb: try row.decode("practice_suburb"),
            city: try row.decode("practice_city"),
            province: try row.decode("practice_province"), postalCode: try row.decode("practice_postal_code"), coordinate: coordinate)
    }
}

extension LocalDay {
    init(_ date: PostgresDate) {
        guard let day = LocalDay(year: date.year, month: date.month, day: date.day) else {
            preconditionFailure("a date of PostgreSQL is a day")
        }
        self = day
    }
}

extension PostgresDate {
    init(_ day: LocalDay) {
        let (year, month, day) = day.civil
        guard let date = PostgresDate(year: year, month: month, day: day) else { preconditionFailure("PostgreSQL has every day") }
        self = date
    }
}
