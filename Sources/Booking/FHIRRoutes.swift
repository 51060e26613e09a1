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
        router.get("/fhir/metadata") { _, _ in fhir(FHIRCapabilities.write) }
        router.get("/fhir/Practitioner/:id") { _, context in
            guard let (id, doctor) = try await practitioner(context) else { return missing }
            return fhir { $0.practitioner(id, doctor) }
        }
        router.get("/fhir/Schedule/:id") { _, context in
            guard let found = try await schedule(context.parameters.require("id")) else { return missing }
            return fhir { $0.fhirSchedule(found.schedule, found.doctor, until: found.until) }
        }
        router.get("/fhir/Schedule") { request, _ in try await schedules(request) }
        router.get("/fhir/Slot") { request, _ in try await slots(request) }
        router.get("/fhir/Appointment") { request, context in try await appointments(request, context) }
        router.get("/fhir/Appointment/:id") { _, context in
            guard let id = UUID(uuidString: try context.parameters.require("id")), let appointment = try await readable(id, context) else { return missing }
            return fhir { $0.fhirAppointment(appointment) }
        }
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
        guard let id = Int64(try context.parameters.require("id")), let doctor = try await feature.dependencies.doctor(id, feature.pool) else { return nil }
        return (id, doctor)
    }
}

// Searches.
extension FHIRRoutes {
    private func schedule(_ id: String) async throws -> (schedule: Schedule, doctor: BookableDoctor, until: LocalDay)? {
        let parts = id.split(separator: "-").compactMap { Int64($0) }
        guard parts.count == 2, let doctor = try await feature.dependencies.doctor(parts[0], feature.pool) else { return nil }
        let book = try await BookingStore(database: feature.pool).scheduleBook(doctorID: parts[0])
        guard let schedule = book.schedules.first(where: { $0.practiceID == parts[1] }) else { return nil }
        return (schedule, doctor, LocalDay(book.now) + schedule.rules.horizonDays)
    }

    /// `actor=Practitioner/12`.
    private func schedules(_ request: Request) async throws -> Response {
        guard let actor = request.uri.queryParameters["actor"].flatMap({ Int64($0.split(separator: "/").last ?? "") }) else {
            return refused("Send actor=Practitioner/{id}.")
        }
        guard let doctor = try await feature.dependencies.doctor(actor, feature.pool) else { return bundle(request, []) }
        let book = try await BookingStore(database: feature.pool).scheduleBook(doctorID: actor)
        return bundle(request, book.schedules.map { schedule in
            { $0.fhirSchedule(schedule, doctor, until: LocalDay(book.now) + schedule.rules.horizonDays) }
        })
    }

    /// `schedule=Schedule/12-3`, `start=ge…`, `start=lt…`, `status=free`.
    private func slots(_ request: Request) async throws -> Response {
        let parameters = request.uri.queryParameters
        guard let id = parameters["schedule"]?.split(separator: "/").last, let found = try await schedule(String(id)) else {
            return refused("Send schedule=Schedule/{id} of a schedule there is.")
        }
        guard parameters["status"].map({ $0 == "free" }) ?? true else { return bundle(request, []) }
        let bounds = parameters[values: "start"].map { FHIRDate(String($0)) }
        guard !bounds.contains(where: { $0 == nil }) else { return refused("Send start as a FHIR date with ge, gt, le, lt or eq.") }
        let time = bounds.compactMap(\.self).reduce(Date()..<Date() + 31 * 86_400) { $1.clamping($0) }
        guard time.lowerBound < time.upperBound else { return bundle(request, []) }
        let slots = try await feature.slots(doctorID: found.schedule.doctorID, kind: nil, practiceID: found.schedule.practiceID, in: time) ?? []
        return bundle(request, slots.prefix(1_000).map { slot in { $0.fhirSlot(slot, found.schedule) } })
    }

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
        do { _ = try await feature.role(of: principal, in: appointment) } catch is BookingRefusal { return nil }
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

/// A bound like `ge2026-12-01` or `lt2026-12-08T00:00:00+02:00`; a day stands for all of it.
struct FHIRDate {
    private let prefix: String
    private let time: Range<Date>

    init?(_ text: String) {
        let prefixes = ["eq", "ge", "gt", "le", "lt"]
        prefix = prefixes.first { text.hasPrefix($0) } ?? "eq"
        let date = prefixes.contains { text.hasPrefix($0) } ? String(text.dropFirst(2)) : text
        if let day = LocalDay(date) { time = day.start..<(day + 1).start } else if let instant = RequestParameters.instant(of: date) { time = instant..<instant + 1 } else { return nil }
    }

    /// A time without what does not fit.
    func clamping(_ other: Range<Date>) -> Range<Date> {
        let (from, until) = switch prefix {
        case "ge": (time.lowerBound, Date.distantFuture)
        case "gt": (time.upperBound, Date.distantFuture)
        case "le": (Date.distantPast, time.upperBound)
        case "lt": (Date.distantPast, time.lowerBound)
        default: (time.lowerBound, time.upperBound)
        }
        let start = max(from, other.lowerBound)
        return start..<max(start, min(until == .distantFuture ? max(other.upperBound, start + 31 * 86_400) : until, start + 62 * 86_400))
    }
}
