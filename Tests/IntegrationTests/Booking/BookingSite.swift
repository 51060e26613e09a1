import Domain
import Doctors
import Foundation
import Idempotency
import Jobs
import Logging
import Postgres
import Web

@testable import Booking

/// A database with one verified doctor, who works every day from 08:00 to 16:00 in visits of 30 minutes, and the feature on it.
struct BookingSite: Sendable {
    let pool: PostgresPool
    let feature: BookingFeature
    let doctorID: Int64
    let practiceID: Int64
    let staff = Principal(accountID: UUID(), sessionID: UUID(), roles: [.staff])

    /// Accounts book for a person with their own id, and for nobody else.
    static func with(
        connections: Int = 8, _ body: @Sendable (BookingSite) async throws -> Void
    ) async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = connections }) { pool in
            _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(
                JobsMigrations.all + IdempotentWrites.migrations + DoctorsFeature.migrations + BookingFeature.migrations)
            let doctor = try await addDoctor(pool)
            let feature = BookingFeature(
                dependencies: BookingFeature.Dependencies(
                    doctor: { try await DoctorsFeature.bookableDoctor($0, on: $1) },
                    setAvailability: { try await DoctorsFeature.setAvailability(doctorID: $0, practiceID: $1, nextFreeAt: $2, freeHalfDays: $3, on: $4) },
                    worksFor: { principal, _, _, _ in principal.roles.contains(.staff) }, stillWorksFor: { _, _, _ in true }, persons: { account, _ in [BookingFeature.BookablePerson(id: account, name: "Nomsa Dlamini")] },
                    names: { Dictionary(uniqueKeysWithValues: $0.map { ($0, "Nomsa Dlamini") }) }, audit: { _, _, _, _ in }),
                pool: pool, secrets: WebSecrets(rootKey: Array(repeating: 7, count: 32)),
                pages: try PageRenderer(site: SiteInformation(isSampleData: false, dataSources: [])), logger: TestDatabase.logger)
            let site = BookingSite(pool: pool, feature: feature, doctorID: doctor.id, practiceID: doctor.practice)
            try await site.setHours { _ in }
            try await body(site)
        }
    }

    static func addDoctor(_ pool: PostgresPool, practice: Int64? = nil) async throws -> (id: Int64, practice: Int64) {
        let name = UUID().uuidString
        let number = "MP\(Int.random(in: 1_000_000...9_999_999))"
        let doctor: Int64 = try await pool.query(
            "INSERT INTO doctors (external_id, display_name, hpcsa_number, verification_state) VALUES (\(name), 'Dr A Mokoena', \(number), 'verified') RETURNING doctor_id")[0].decode("doctor_id")
        let rooms: Int64
        if let practice { rooms = practice } else {
            rooms = try await pool.query("INSERT INTO practices (external_id, name, city) VALUES (\(name), 'Rooms', 'Durban') RETURNING practice_id")[0].decode("practice_id")
        }
        try await pool.query("INSERT INTO doctor_practices (doctor_id, practice_id, position) VALUES (\(doctor), \(rooms), 0)")
        try await pool.query("INSERT INTO fees VALUES (\(doctor), \(rooms), 'first_visit', 65000)")
        return (doctor, rooms)
    }

    static let everyDay = ScheduleDraft(
        rules: {
            var rules = Schedule.Rules()
            rules.minimumNoticeMinutes = 0
            rules.horizonDays = 40
            rules.opensOnPublicHolidays = true
            rules.moveNoticeMinutes = 0
            return rules
        }(), visits: [.init(kind: .firstVisit, lengthMinutes: 30, stepMinutes: 30), .init(kind: .followUp, lengthMinutes: 15, stepMinutes: 15)],
        hours: (1...7).map { .init(weekday: $0, startsMinute: 480, endsMinute: 960) })

    func setHours(doctor: Int64? = nil, _ change: @Sendable (inout ScheduleDraft) -> Void) async throws {
        var draft = Self.everyDay
        change(&draft)
        let doctorID = doctor ?? doctorID
        let final = draft
        try await pool.transaction { connection in
            let version = try await BookingStore(database: connection).scheduleBook(doctorID: doctorID).schedules.first?.version ?? 0
            _ = try await feature.setSchedule(doctorID: doctorID, practiceID: practiceID, final, version: version, by: staff, on: connection)
        }
    }

    func patient() -> Principal { Principal(accountID: .timeOrdered(), sessionID: UUID(), roles: [.patient]) }

    func slots(_ kind: VisitKind = .firstVisit, days: Int = 3, from: Int = 1) async throws -> [Slot] {
        let today = LocalDay(Date())
        return try await feature.slots(doctorID: doctorID, kind: kind, practiceID: nil, in: (today + from).start..<(today + from + days).start) ?? []
    }

    @discardableResult
    func hold(_ slot: Date, _ kind: VisitKind = .firstVisit, by principal: Principal, doctor: Int64?? = .none) async throws -> Appointment {
        let wish = HoldWish(doctorID: doctor ?? doctorID, practiceID: practiceID, kind: kind, startsAt: slot)
        return try await pool.transaction { try await feature.hold(wish, by: principal, on: $0) }
    }

    @discardableResult
    func book(_ slot: Date, _ kind: VisitKind = .firstVisit, by principal: Principal) async throws -> Appointment {
        let held = try await hold(slot, kind, by: principal)
        return try await pool.transaction { try await feature.confirm(held.id, reason: nil, by: principal, on: $0) }
    }

    func cancel(_ id: UUID, by principal: Principal) async throws -> Appointment {
        try await pool.transaction { try await feature.cancel(id, reason: .other, version: nil, by: principal, on: $0) }
    }

    func move(_ id: UUID, to start: Date, by principal: Principal) async throws -> Appointment {
        try await pool.transaction { try await feature.reschedule(id, to: MoveWish(startsAt: start), by: principal, on: $0) }
    }

    /// Pairs of live appointments of one doctor or person that overlap, found by a plain self-join and none of our code.
    func overlaps() async throws -> Int {
        try await pool.query(
            """
            SELECT count(*) AS pairs FROM bookings a JOIN bookings b ON a.booking_id < b.booking_id
                AND (a.doctor_id = b.doctor_id OR a.person_id = b.person_id) AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
            WHERE a.state NOT IN ('cancelled', 'expired', 'no_show') AND b.state NOT IN ('cancelled', 'expired', 'no_show')
            """)[0].decode("pairs")
    }

    func count(_ condition: String) async throws -> Int {
        try await pool.query("SELECT count(*) AS rows FROM bookings WHERE \(unescaped: condition)")[0].decode("rows")
    }

    /// What search was told, and what it should have been told.
    func availability() async throws -> (told: Availability, true: Availability) {
        try await pool.transaction { connection in
            let book = try await BookingStore(database: connection).scheduleBook(doctorID: doctorID)
            let row = try await connection.query("SELECT next_available_at, free_half_days FROM doctor_practices WHERE doctor_id = \(doctorID)")[0]
            let told = Availability(
                nextFreeAt: try row.decode("next_available_at"), halfDays: HalfDays(bits: UInt64(bitPattern: try row.decode("free_half_days", as: Int64.self))))
            var truth = Availability()
            let today = LocalDay(book.now)
            let occupied = try await BookingStore(database: connection).occupied(doctorID: doctorID, in: .distantPast ..< .distantFuture)
            let calculator = book.calculator(book.schedules[0], occupied: occupied)
            let all = book.schedules[0].visits.flatMap { calculator.slots($0.kind, in: book.now ..< .distantFuture) }.map(\.startsAt).sorted()
            truth.nextFreeAt = all.first
            for start in all where start < (today + Availability.days).start { truth.halfDays.insert(start) }
            return (told, truth)
        }
    }
}
