import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// The read side of FHIR R4 (4.0.1): practitioners, their schedules and free slots for everybody, appointments for those they are theirs.
/// Ids: a practitioner is a doctor, a schedule a doctor at a practice (`12-3`), a slot its beginning and kind (`12-3-first_visit-202612010800`).
struct FHIRRoutes {
    let feature: BookingFeature

    func add(to router: Router<AppRequestContext>) {
        router.get("/fhir/metadata") { request, _ in try await answer(request) { fhir(FHIRCapabilities.write) } }
        router.get("/fhir/Practitioner/:id") { request, context in
            try await answer(request) {
                guard let (id, doctor) = try await practitioner(context) else { return missing }
                return fhir { $0.practitioner(id, doctor) }
            }
        }
        router.get("/fhir/Schedule/:id") { request, context in
            try await answer(request) {
                guard let id = FHIRScheduleID(try context.parameters.require("id")), let found = try await schedule(id) else { return missing }
                return fhir { $0.fhirSchedule(found.schedule, found.doctor, until: found.until) }
            }
        }
        router.get("/fhir/Schedule") { request, _ in try await answer(request, knowing: ["actor"]) { try await schedules(request) } }
        router.get("/fhir/Slot") { request, _ in try await answer(request, knowing: ["schedule", "start", "status"]) { try await slots(request) } }
        router.get("/fhir/Appointment") { request, context in try await answer(request) { try await appointments(request, context) } }
        router.get("/fhir/Appointment/:id") { request, context in
            try await answer(request) {
                guard let id = UUID(uuidString: try context.parameters.require("id")), let appointment = try await readable(id, context) else { return missing }
                return fhir { $0.fhirAppointment(appointment) }
            }
        }
    }

    /// A parameter that is not known is refused: a search that passed over it would answer too much.
    private func answer(_ request: Request, knowing known: Set<String> = [], _ answer: () async throws -> Response) async throws -> Response {
        for (name, value) in request.uri.queryParameters where !known.contains(String(name)) {
            guard name == "_format", ["json", "application/json", "application/fhir+json"].contains(value) else {
                return refused("\(name) is not known here, or cannot have this value.")
            }
        }
        return try await answer()
    }

    private func fhir(status: HTTPResponse.Status = .ok, _ write: (inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter()
        write(&json)
        return Response(
            status: status, headers: [.contentType: "application/fhir+json; fhirVersion=4.0", .cacheControl: "private, no-store"],
            body: .init(byteBuffer: .init(bytes: json.bytes)))
    }

    private var missing: Response { fhir(status: .notFound) { $0.outcome("not-found", "There is no such resource.") } }
    private func refused(_ detail: String) -> Response { fhir(status: .badRequest) { $0.outcome("invalid", detail) } }

    private func practitioner(_ context: AppRequestContext) async throws -> (Int64, BookableDoctor)? {
        guard let id = Int64(id: try context.parameters.require("id")), let doctor = try await feature.dependencies.doctor(id, feature.pool) else { return nil }
        return (id, doctor)
    }
}

// Searches.
extension FHIRRoutes {
    private func schedule(_ id: FHIRScheduleID) async throws -> (schedule: Schedule, doctor: BookableDoctor, until: LocalDay)? {
        guard let doctor = try await feature.dependencies.doctor(id.doctorID, feature.pool) else { return nil }
        let book = try await BookingStore(database: feature.pool).scheduleBook(doctorID: id.doctorID)
        guard let schedule = book.schedules.first(where: { $0.practiceID == id.practiceID }) else { return nil }
        return (schedule, doctor, LocalDay(book.now) + schedule.rules.horizonDays)
    }

    /// `actor=Practitioner/12`.
    private func schedules(_ request: Request) async throws -> Response {
        guard let actor = request.reference("actor", to: "Practitioner").flatMap(Int64.init(id:)) else { return refused("Send actor=Practitioner/{id} once.") }
        guard let doctor = try await feature.dependencies.doctor(actor, feature.pool) else { return bundle(request, []) }
        let book = try await BookingStore(database: feature.pool).scheduleBook(doctorID: actor)
        return bundle(request, book.schedules.map { schedule in
            { $0.fhirSchedule(schedule, doctor, until: LocalDay(book.now) + schedule.rules.horizonDays) }
        })
    }

    /// `schedule=Schedule/12-3`, `start=ge…`, `start=lt…`, `status=free`.
    private func slots(_ request: Request) async throws -> Response {
        guard let id = request.reference("schedule", to: "Schedule").flatMap(FHIRScheduleID.init) else { return refused("Send schedule=Schedule/{id} once.") }
        let parameters = request.uri.queryParameters
        let bounds = parameters[values: "start"].map { FHIRDate(String($0)) }
        guard !bounds.contains(where: { $0 == nil }) else { return refused("Send start as a FHIR date with ge, gt, le, lt or eq.") }
        let statuses = parameters[values: "status"]
        guard statuses.allSatisfy(Self.slotStatuses.contains) else { return refused("status must be one of: \(Self.slotStatuses.joined(separator: ", ")).") }
        guard statuses.allSatisfy({ $0 == "free" }), let found = try await schedule(id), let time = FHIRDate.time(bounds.compactMap(\.self), now: Date()) else {
            return bundle(request, [])
        }
        let slots = try await feature.slots(doctorID: id.doctorID, kind: nil, practiceID: id.practiceID, in: time) ?? []
        return bundle(request, slots.prefix(1_000).map { slot in { $0.fhirSlot(slot, found.schedule) } })
    }

    /// Of http://hl7.org/fhir/slotstatus.
    private static let slotStatuses: [Substring] = ["busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error"]

    /// Those of the account that asks.
    private func appointments(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let store = BookingStore(database: feature.pool)
        let found = try await store.appointments(accountID: principal.accountID, upcoming: true, after: nil, limit: 100)
            + store.appointments(accountID: principal.accountID, upcoming: false, after: nil, limit: 100)
        return bundle(request, found.map { appointment in { $0.fhirAppointment(appointment) } })
    }

    private func readable(_ id: UUID, _ context: AppRequestContext) async throws -> Appointment? {
        let principal = try context.requirePrincipal()
        guard let appointment = try await BookingStore(database: feature.pool).appointment(id) else { return nil }
        do { _ = try await feature.role(of: principal, in: appointment, on: feature.pool) } catch is BookingRefusal { return nil }
        return appointment
    }

    private func bundle(_ request: Request, _ resources: [(inout JSONWriter) -> Void]) -> Response {
        fhir {
            $0.object {
                $0.member("resourceType", "Bundle")
                $0.member("type", "searchset")
                $0.member("total", resources.count)
                $0.key("link")
                $0.array { $0.object { json in
                    json.member("relation", "self")
                    json.member("url", request.uri.string)
                } }
                // FHIR has no empty arrays.
                guard !resources.isEmpty else { return }
                $0.key("entry")
                $0.array { json in
                    for write in resources {
                        json.object {
                            $0.key("resource")
                            write(&$0)
                            $0.key("search")
                            $0.object { $0.member("mode", "match") }
                        }
                    }
                }
            }
        }
    }
}

/// A doctor at a practice, `12-3`.
struct FHIRScheduleID {
    let doctorID: Int64
    let practiceID: Int64

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64(id: String($0)) }
        guard parts.count == 2, let doctorID = parts[0], let practiceID = parts[1] else { return nil }
        (self.doctorID, self.practiceID) = (doctorID, practiceID)
    }
}

extension Request {
    /// The id of a reference like `Practitioner/12`, sent once.
    fileprivate func reference(_ name: Substring, to type: String) -> String? {
        let values = uri.queryParameters[values: name]
        guard values.count == 1, values[0].hasPrefix("\(type)/") else { return nil }
        return String(values[0].dropFirst(type.count + 1))
    }
}

/// A bound like `ge2026-12-01` or `lt2026-12-08T00:00:00+02:00`; a day stands for all of it.
struct FHIRDate {
    let from: Date?
    let until: Date?

    init?(_ text: String) {
        let prefix = ["eq", "ge", "gt", "le", "lt"].first { text.hasPrefix($0) }
        let date = String(text.dropFirst(prefix?.count ?? 0))
        let time: Range<Date>
        if let day = LocalDay(date) { time = day.start..<(day + 1).start } else if let instant = RequestParameters.instant(of: date) { time = instant..<instant + 1 } else { return nil }
        (from, until) = switch prefix {
        case "ge": (time.lowerBound, nil)
        case "gt": (time.upperBound, nil)
        case "le": (nil, time.upperBound)
        case "lt": (nil, time.lowerBound)
        default: (time.lowerBound, time.upperBound)
        }
    }

    /// What all bounds leave of the future: a month where nothing says how far, two at most.
    /// - Returns: `nil` when nothing is left.
    static func time(_ bounds: [FHIRDate], now: Date) -> Range<Date>? {
        let start = max(now, bounds.compactMap(\.from).max() ?? now)
        let end = min(bounds.compactMap(\.until).min() ?? start + 31 * 86_400, start + 62 * 86_400)
        return start < end ? start..<end : nil
    }
}
