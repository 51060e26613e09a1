import Foundation
import Postgres
import Testing

@Suite("Doctors: constraints of verification", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct VerificationConstraintTests {
    private static let states = ["draft", "submitted", "in_review", "verified", "rejected", "withdrawn", "expired", "replaced"]
    private static let steps: Set = [
        "draft submitted", "draft withdrawn", "submitted withdrawn", "submitted in_review", "in_review submitted", "in_review verified",
        "in_review rejected", "verified expired", "verified replaced", "expired replaced",
    ]

    /// A whole case in a state.
    private func add(_ state: String, to database: DoctorsDatabase, doctor: Int64) async throws {
        let isReviewed = !["draft", "submitted", "withdrawn"].contains(state)
        let isDecided = ["verified", "rejected", "expired", "replaced"].contains(state)
        try await database.pool.query(
            """
            INSERT INTO doctor_verifications (verification_id, account_id, purpose, doctor_id, state, first_names, surname, hpcsa_number, category,
                card_valid_until, specialties, languages, schemes, submitted_at, reviewer_id, taken_at, decided_at, reason, note)
            VALUES (gen_random_uuid(), gen_random_uuid(), 'claim', \(doctor), \(state), 'A', 'B', 'MP0000001', 'specialist', '2027-03-31', '{gp}', '{}',
                '{}', now(), \(isReviewed ? UUID() : nil), \(isReviewed ? Date() : nil), \(isDecided ? Date() : nil),
                \(state == "rejected" ? "other" : nil), \(state == "rejected" ? "No." : nil))
            """)
    }

    @Test("A case takes the steps there are, from any state to any, and no other") func steps() async throws {
        try await DoctorsDatabase.with { database in
            let doctor = try await database.addDoctor("a")
            for from in Self.states {
                for to in Self.states where from != to {
                    try await database.pool.query("DELETE FROM doctor_verifications")
                    try await add(from, to: database, doctor: doctor)
                    let isReviewed = !["draft", "submitted", "withdrawn"].contains(to)
                    let isDecided = ["verified", "rejected", "expired", "replaced"].contains(to)
                    let refusal = await Self.constraint {
                        try await database.pool.query(
                            """
                            UPDATE doctor_verifications SET state = \(to), reviewer_id = \(isReviewed ? UUID() : nil),
                                taken_at = \(isReviewed ? Date() : nil), decided_at = \(isDecided ? Date() : nil),
                                reason = \(to == "rejected" ? "other" : nil), note = \(to == "rejected" ? "No." : nil)
                            """)
                    }
                    #expect(refusal == (Self.steps.contains("\(from) \(to)") ? nil : "doctor_verifications_step"), "\(from) to \(to)")
                }
            }
        }
    }

    @Test(
        "Every broken rule is refused by the constraint that is named for it",
        arguments: [
            ("submitted", "surname = 'Other'", "doctor_verifications_facts_stay"),
            ("draft", "account_id = gen_random_uuid()", "doctor_verifications_facts_stay"),
            ("draft", "doctor_id = NULL", "doctor_verifications_facts_stay"),
            ("draft", "card_valid_until = '2027-03-30'", "doctor_verifications_card_ends_in_march"),
            ("draft", "category = 'king'", "doctor_verifications_category_known"),
            ("draft", "hpcsa_number = 'mp0000001'", "doctor_verifications_hpcsa_number_form"),
            ("draft", "practice_name = 'Rooms'", "doctor_verifications_practice_whole"),
            ("draft", "specialties = '{}'", "doctor_verifications_specialties_form"),
            ("draft", "state = 'submitted', surname = NULL", "doctor_verifications_submitted_whole"),
            ("submitted", "state = 'in_review'", "doctor_verifications_review_has_reviewer"),
            ("submitted", "state = 'in_review', taken_at = now(), reviewer_id = account_id", "doctor_verifications_not_by_oneself"),
            ("in_review", "state = 'verified'", "doctor_verifications_decided"),
            ("in_review", "state = 'rejected', decided_at = now(), note = 'x'", "doctor_verifications_rejected_has_reason"),
            ("in_review", "state = 'rejected', decided_at = now(), reason = 'other'", "doctor_verifications_rejected_has_note"),
            ("in_review", "state = 'rejected', decided_at = now(), reason = 'spite', note = 'x'", "doctor_verifications_reason_known"),
            ("verified", "reminded_days = 8", "doctor_verifications_reminded_known"),
        ])
    func refusals(_ state: String, _ change: String, _ constraint: String) async throws {
        try await DoctorsDatabase.with { database in
            try await add(state, to: database, doctor: try await database.addDoctor("a"))
            #expect(
                await Self.constraint { try await database.pool.query("UPDATE doctor_verifications SET \(unescaped: change)") }
                    == constraint)
        }
    }

    @Test("Who may not practise alone is never verified, and a doctor has one open and one standing case") func invariants() async throws {
        try await DoctorsDatabase.with { database in
            let doctor = try await database.addDoctor("a")
            try await add("draft", to: database, doctor: doctor)
            #expect(
                await Self.constraint { try await add("in_review", to: database, doctor: doctor) }
                    == "doctor_verifications_one_open_per_doctor")
            try await add("expired", to: database, doctor: doctor)
            #expect(
                await Self.constraint { try await add("verified", to: database, doctor: doctor) }
                    == "doctor_verifications_one_standing_per_doctor")
            try await database.pool.query("UPDATE doctor_verifications SET category = 'intern' WHERE state = 'draft'")
            try await database.pool.query("UPDATE doctor_verifications SET state = 'submitted' WHERE state = 'draft'")
            try await database.pool.query(
                "UPDATE doctor_verifications SET state = 'in_review', reviewer_id = gen_random_uuid(), taken_at = now() WHERE state = 'submitted'"
            )
            let refusal = await Self.constraint {
                try await database.pool.query(
                    "UPDATE doctor_verifications SET state = 'verified', decided_at = now() WHERE state = 'in_review'")
            }
            #expect(refusal == "doctor_verifications_verified_practises_alone")
        }
    }

    /// The constraint that refused; nil where none did.
    private static func constraint(_ write: () async throws -> some Any) async -> String? {
        do {
            _ = try await write()
            return nil
        } catch {
            return (error as? PostgresError)?.constraint ?? "\(error)"
        }
    }
}
