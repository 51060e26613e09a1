import Domain
import Foundation
import Postgres

/// Made-up opening hours for made-up doctors, so that every time the trial site shows can be booked.
public struct SampleSchedules: Sendable {
    private let pool: PostgresPool
    private let setAvailability: @Sendable (Int64, Int64, Date?, HalfDays, PostgresConnection) async throws -> Void

    public init(
        pool: PostgresPool, setAvailability: @escaping @Sendable (Int64, Int64, Date?, HalfDays, PostgresConnection) async throws -> Void
    ) {
        self.pool = pool
        self.setAvailability = setAvailability
    }

    /// Gives hours to doctors who have none yet. One transaction, a few statements a doctor.
    /// - Returns: how many got some.
    public func seed(_ places: [(doctorID: Int64, practiceID: Int64)]) async throws -> Int {
        try await pool.transaction { connection in
            let known: [Int64] = try await connection.query("SELECT array_agg(doctor_id) AS ids FROM booking_schedules")[0].decode("ids", as: [Int64]?.self) ?? []
            let now = try await BookingStore(database: connection).now()
            let new = places.filter { !Set(known).contains($0.doctorID) }
            for (pattern, members) in Dictionary(grouping: new, by: { Int($0.doctorID) % Self.patterns.count }) {
                try await add(Self.patterns[pattern], to: members, now: now, on: connection)
            }
            return new.count
        }
    }

    private func add(_ draft: ScheduleDraft, to places: [(doctorID: Int64, practiceID: Int64)], now: Date, on connection: PostgresConnection) async throws {
        let availability = try await Self.availability(draft, now: now)
        try await connection.query(
            """
            WITH added AS (
                INSERT INTO booking_schedules (doctor_id, practice_id, minimum_notice_minutes, needs_approval, next_free_at, free_half_days, refreshed_at)
                SELECT doctor, practice, \(Int32(draft.rules.minimumNoticeMinutes)), \(draft.rules.needsApproval), \(availability.nextFreeAt),
                    \(Int64(bitPattern: availability.halfDays.bits)), clock_timestamp()
                FROM unnest(\(places.map(\.doctorID)), \(places.map(\.practiceID))) AS place (doctor, practice)
                RETURNING schedule_id
            ), kinds AS (
                INSERT INTO booking_kinds (schedule_id, kind, length_minutes, step_minutes)
                SELECT schedule_id, kind, length, length FROM added,
                    unnest(\(draft.visits.map(\.kind.rawValue)), \(draft.visits.map { Int32($0.lengthMinutes) })) AS visit (kind, length)
            )
            INSERT INTO booking_hours (schedule_id, weekday, starts_minute, ends_minute)
            SELECT schedule_id, weekday, starts, ends FROM added,
                unnest(\(draft.hours.map { Int16($0.weekday) }), \(draft.hours.map { Int32($0.startsMinute) }), \(draft.hours.map { Int32($0.endsMinute) })) AS hours (weekday, starts, ends)
            """)
        for place in places { try await setAvailability(place.doctorID, place.practiceID, availability.nextFreeAt, availability.halfDays, connection) }
    }

    private static func availability(_ draft: ScheduleDraft, now: Date) async throws -> Availability {
        var schedule = Schedule(id: 0, doctorID: 0, practiceID: 0)
        (schedule.rules, schedule.visits, schedule.hours) = (draft.rules, draft.visits, draft.hours)
        let calculator = SlotCalculator(schedule: schedule, exceptions: [], holidays: PublicHolidays(), occupied: [], now: now)
        var availability = Availability()
        try await availability.update((0..<Availability.days).map { LocalDay(now) + $0 }, now: now) { _ in calculator }
        return availability
    }

    /// Mornings and afternoons in four ways, with notices from an hour to three days.
    private static let patterns: [ScheduleDraft] = [60, 240, 1_440, 4_320].flatMap { notice in
        [[(1...5, 480, 780), (1...5, 840, 1_020)], [(1...5, 540, 960), (6...6, 540, 720)], [(1...4, 450, 750)], [(2...5, 600, 840), (2...5, 900, 1_140)]].map { week in
            var rules = Schedule.Rules()
            rules.minimumNoticeMinutes = notice
            rules.needsApproval = notice == 4_320
            let hours = week.flatMap { days, starts, ends in days.map { Schedule.Hours(weekday: $0, startsMinute: starts, endsMinute: ends) } }
            let visits: [Schedule.Visit] = [
                .init(kind: .firstVisit, lengthMinutes: 30, stepMinutes: 30), .init(kind: .followUp, lengthMinutes: 20, stepMinutes: 20),
                .init(kind: .video, lengthMinutes: 20, stepMinutes: 20),
            ]
            return ScheduleDraft(rules: rules, visits: visits, hours: hours)
        }
    }
}
