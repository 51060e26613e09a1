import Domain
import Foundation
import Postgres
import Testing
import Web

@testable import Booking

@Suite("Many at once", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct BookingRaceTests {
    @Test("Five hundred clients fight for fifty times: fifty get one, everybody has one clear answer, nothing overlaps")
    func fifty() async throws {
        try await BookingSite.with { site in
            let times = Array(try await site.slots(days: 4).prefix(50)).map(\.startsAt)
            try #require(times.count == 50)
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for client in 0..<500 {
                    group.addTask {
                        do {
                            try await site.book(times[client % 50], by: site.patient())
                            return "booked"
                        } catch let refusal as BookingRefusal { return "\(refusal)" }
                    }
                }
                return try await group.reduce(into: [:] as [String: Int]) { $0[$1, default: 0] += 1 }
            }
            #expect(answers == ["booked": 50, "slotTaken": 450])
            #expect(try await site.count("state = 'confirmed'") == 50)
            #expect(try await site.overlaps() == 0)
            let availability = try await site.availability()
            #expect(availability.told == availability.true)
        }
    }

    @Test("One person books the same hour with ten doctors at once: one appointment")
    func onePerson() async throws {
        try await BookingSite.with { site in
            let patient = site.patient()
            let time = try await site.slots()[4].startsAt
            var doctors = [site.doctorID]
            for _ in 1..<10 {
                let other = try await BookingSite.addDoctor(site.pool, practice: site.practiceID).id
                try await site.setHours(doctor: other) { _ in }
                doctors.append(other)
            }
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for doctor in doctors { group.addTask { (try? await site.hold(time, by: patient, doctor: doctor)) != nil } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(outcomes == 1)
            #expect(try await site.overlaps() == 0)
        }
    }

    @Test("Appointments that move across each other never overlap, and each keeps one time")
    func crossing() async throws {
        try await BookingSite.with { site in
            let times = try await site.slots(days: 2).prefix(20).map(\.startsAt)
            var booked: [(Principal, UUID)] = []
            for time in times.prefix(10) {
                let patient = site.patient()
                booked.append((patient, try await site.book(time, by: patient).id))
            }
            let all = booked
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (patient, id) in all {
                    group.addTask {
                        var random = SystemRandomNumberGenerator()
                        for _ in 0..<12 {
                            guard let time = times.randomElement(using: &random) else { continue }
                            do { _ = try await site.move(id, to: time, by: patient) } catch is BookingRefusal {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await site.overlaps() == 0)
            #expect(try await site.count("state = 'confirmed'") == 10)
            let availability = try await site.availability()
            #expect(availability.told == availability.true)
        }
    }

    @Test("Any doctor of the practice: three doctors, one hour, ten people: three are served")
    func anyDoctor() async throws {
        try await BookingSite.with { site in
            let time = try await site.slots()[0].startsAt
            for _ in 0..<2 { try await site.setHours(doctor: BookingSite.addDoctor(site.pool, practice: site.practiceID).id) { _ in } }
            let served = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 { group.addTask { (try? await site.hold(time, by: site.patient(), doctor: .some(nil))) != nil } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(served == 3)
            #expect(try await site.overlaps() == 0)
        }
    }

    @Test("Holds that run out while others want their time: one owner at a time, and the time is bookable at once")
    func expiry() async throws {
        try await BookingSite.with { site in
            let times = try await site.slots().prefix(5).map(\.startsAt)
            for time in times { try await site.hold(time, by: site.patient()) }
            try await site.pool.query("UPDATE bookings SET expires_at = clock_timestamp() + interval '50 milliseconds'")
            let booked = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for _ in 0..<10 { try await site.feature.expireHolds() }
                    return false
                }
                for client in 0..<40 {
                    group.addTask {
                        for _ in 0..<20 {
                            do {
                                try await site.book(times[client % 5], by: site.patient())
                                return true
                            } catch let refusal as BookingRefusal where refusal == .slotTaken { try await Task.sleep(for: .milliseconds(10)) }
                        }
                        return false
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(booked == 5)
            #expect(try await site.count("state = 'expired'") == 5)
            #expect(try await site.overlaps() == 0)
        }
    }
}
