import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

// Free times, and a time to book.
extension BookingPages {
    func times(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let doctorID = try context.doctorID()
        var parameters = try RequestParameters(query: request)
        let kind: VisitKind? = parameters.enumeration("kind")
        let from = parameters.day("from")
        let kept = KeptAnswers(&parameters)
        try parameters.finish()
        return try await timesPage(doctorID, kind ?? .firstVisit, from: from, kept)
    }

    /// - Parameter gone: the time that is not to be had, and why.
    func timesPage(_ doctorID: Int64, _ kind: VisitKind, from: LocalDay? = nil, _ kept: KeptAnswers, gone: (at: Date, why: String)? = nil) async throws -> Response {
        guard let doctor = try await feature.dependencies.doctor(doctorID, feature.pool) else { throw Problem(BookingRefusal.noSuchDoctor) }
        let from = max(from ?? .today, .today)
        let slots = try await feature.freeSlots(doctorID, kind: kind, around: from)
        let base = "/doctors/\(doctorID)/times?kind=\(kind.rawValue)\(kept.query)"
        func address(_ slot: Slot) -> String { Self.address(of: slot, doctorID) + kept.query }
        var free = FreeTimes(slots.filter { LocalDay($0.startsAt) >= from }, of: doctor, more: { "\(base)&from=\($0)" }, address: address)
        if free.days.isEmpty { free.none = slots.isEmpty ? try await feature.whyNoTimes(doctorID, doctor) : "No times are free from \(from.spoken) on." }
        let kinds = VisitKind.allCases.map {
            TimesPage.Kind(name: Wording.name($0), address: "/doctors/\(doctorID)/times?kind=\($0.rawValue)\(kept.query)", isChosen: $0 == kind)
        }
        let model = TimesPage(
            gone: gone?.why, nearest: gone.map { FreeTimes.nearest(3, to: $0.at, slots, address: address) } ?? [], step: "Step 1 of 3: Time",
            heading: "Choose a time", who: doctor.name, kinds: kinds, visit: Wording.name(kind).lowercasedFirst, free: free,
            earlier: from > .today ? base : nil, back: "/doctors/\(doctorID)", backName: "About \(doctor.name)")
        return feature.pages.render(
            "times", title: "\(gone == nil ? "" : "Error: ")Times of \(doctor.name)", status: gone == nil ? .ok : .conflict,
            headers: [.cacheControl: "no-store"], model: model)
    }

    static func address(of slot: Slot, _ doctorID: Int64) -> String {
        "/bookings/new?doctor=\(doctorID)&practice=\(slot.practiceID)&kind=\(slot.kind.rawValue)&at=\(Clock.address(slot.startsAt))"
    }

    /// Looking at a time holds nothing.
    func newBooking(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var parameters = try RequestParameters(query: request)
        let wish = try PageWish(&parameters)
        if let again = try await standing(wish, principal) { return Response.seeOther(again) }
        guard let doctor = try await feature.dependencies.doctor(wish.doctorID, feature.pool) else { throw Problem(BookingRefusal.noSuchDoctor) }
        let slots = try await feature.slots(doctorID: wish.doctorID, kind: wish.kind, practiceID: wish.practiceID, in: wish.startsAt..<wish.startsAt + 1)
        guard let slot = slots?.first else { return try await gone(wish) }
        let rules = try await BookingStore(database: feature.pool).scheduleBook(doctorID: wish.doctorID).schedule(practiceID: wish.practiceID).rules
        let persons = try await feature.dependencies.persons(principal.accountID, feature.pool)
        let model = BookPage(slot, wish, doctor, rules, persons: persons, formToken: context.formToken ?? "")
        return feature.pages.render("book", title: "Book a time", headers: .personal, model: model)
    }

    func hold(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var parameters = try await RequestParameters(form: request, context: context)
        let wish = try PageWish(&parameters)
        if let again = try await standing(wish, principal) { return Response.seeOther(again) }
        do {
            let hold = HoldWish(doctorID: wish.doctorID, practiceID: wish.practiceID, kind: wish.kind, startsAt: wish.startsAt, personID: wish.kept.person)
            let held = try await feature.pool.transaction { try await feature.hold(hold, insteadOf: wish.kept.instead, by: principal, on: $0) }
            return Response.seeOther("/bookings/\(held.id.text)")
        } catch let refusal as BookingRefusal where refusal == .slotTaken || refusal == .slotNotOffered {
            return try await gone(wish)
        } catch let refusal as BookingRefusal where refusal != .notYourPerson && refusal != .noSuchDoctor && refusal != .noSuchPractice {
            return try await timesPage(wish.doctorID, wish.kind, wish.kept, gone: (wish.startsAt, Problem(refusal).sentence))
        } catch let refusal as BookingRefusal { throw Problem(refusal) }
    }

    /// Where what the account has at this time stands: a form sent twice, or a way back to one that did its work.
    private func standing(_ wish: PageWish, _ principal: Principal) async throws -> String? {
        try await BookingStore(database: feature.pool).standing(accountID: principal.accountID, doctorID: wish.doctorID, at: wish.startsAt)
            .map { "/bookings/\($0.text)" }
    }

    /// The time is taken: the nearest others first.
    func gone(_ wish: PageWish) async throws -> Response {
        try await timesPage(
            wish.doctorID, wish.kind, from: LocalDay(wish.startsAt), wish.kept,
            gone: (wish.startsAt, "\(Clock.spoken(wish.startsAt)) is no longer free"))
    }
}

/// A time as an address or a form of ours names it.
struct PageWish {
    let doctorID: Int64
    let practiceID: Int64
    let kind: VisitKind
    let startsAt: Date
    let kept: KeptAnswers

    init(_ parameters: inout RequestParameters) throws(Problem) {
        let doctorID = parameters.number("doctor")
        let practiceID = parameters.number("practice")
        let kind: VisitKind? = parameters.enumeration("kind")
        let text = parameters.string("at", maxBytes: 20)
        let startsAt = text.flatMap(Clock.date)
        let kept = KeptAnswers(&parameters)
        for (name, isThere) in [("doctor", doctorID != nil), ("practice", practiceID != nil), ("kind", kind != nil), ("at", startsAt != nil)] {
            parameters.require(name, isThere)
        }
        try parameters.finish()
        self.init(
            doctorID: doctorID ?? 0, practiceID: practiceID ?? 0, kind: kind ?? .firstVisit, startsAt: startsAt ?? .distantPast, kept: kept)
    }

    /// The time of an appointment that somebody tried to get.
    init(_ lost: Appointment) {
        self.init(
            doctorID: lost.doctorID, practiceID: lost.practiceID, kind: lost.kind, startsAt: lost.startsAt,
            kept: KeptAnswers(person: lost.personID, instead: lost.id))
    }

    private init(doctorID: Int64, practiceID: Int64, kind: VisitKind, startsAt: Date, kept: KeptAnswers) {
        (self.doctorID, self.practiceID, self.kind, self.startsAt, self.kept) = (doctorID, practiceID, kind, startsAt, kept)
    }
}

/// What comes along while somebody looks for another time.
struct KeptAnswers {
    /// For whom.
    var person: UUID?
    /// The hold that another time replaces; its reason is kept with it.
    var instead: UUID?

    var query: String { (person.map { "&person=\($0.text)" } ?? "") + (instead.map { "&instead=\($0.text)" } ?? "") }
}

extension KeptAnswers {
    init(_ parameters: inout RequestParameters) {
        self.init(person: parameters.uuid("person"), instead: parameters.uuid("instead"))
    }
}

extension BookingFeature {
    /// What a profile prints with the partial `free-times`: the next free times of the first kind of visit that has some.
    /// - Returns: `nil` for a doctor there is not.
    public func freeTimes(doctorID: Int64) async throws -> (any Sendable)? {
        guard let doctor = try await dependencies.doctor(doctorID, pool) else { return nil }
        let slots = try await freeSlots(doctorID, kind: nil)
        let kind = VisitKind.allCases.first { kind in slots.contains { $0.kind == kind } }
        let base = "/doctors/\(doctorID)/times?kind=\((kind ?? .firstVisit).rawValue)"
        var free = FreeTimes(slots.filter { $0.kind == kind }, of: doctor, more: { "\(base)&from=\($0)" }, address: { BookingPages.address(of: $0, doctorID) })
        if let kind { (free.visit, free.all) = (Wording.name(kind).lowercasedFirst, base) } else { free.none = try await whyNoTimes(doctorID, doctor) }
        return free
    }

    /// Free times from today until six weeks after a day or, when there are none, of the year.
    func freeSlots(_ doctorID: Int64, kind: VisitKind?, practiceID: Int64? = nil, around day: LocalDay = .today) async throws -> [Slot] {
        let soon = LocalDay.today.start..<min(day + 42, .today + 366).start
        let slots = try await slots(doctorID: doctorID, kind: kind, practiceID: practiceID, in: soon) ?? []
        guard slots.isEmpty else { return slots }
        return try await self.slots(doctorID: doctorID, kind: kind, practiceID: practiceID, in: soon.upperBound..<(.today + 367).start) ?? []
    }

    func whyNoTimes(_ doctorID: Int64, _ doctor: BookableDoctor) async throws -> String {
        guard doctor.isVerified else { return "You cannot book here yet: we have not checked this doctor. Phone the practice." }
        let book = try await BookingStore(database: pool).scheduleBook(doctorID: doctorID)
        let isOpen = book.schedules.contains { $0.rules.acceptsBookings && !$0.hours.isEmpty }
        return isOpen ? "No times are free. Phone the practice." : "This doctor takes no bookings here. Phone the practice."
    }
}

extension LocalDay {
    static var today: LocalDay { LocalDay(Date()) }
}

extension String {
    /// For the middle of a sentence.
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension Problem {
    /// What a page says of it.
    var sentence: String { "\(title). \(detail ?? "")" }
}
