import HTTPTypes
import Web

extension Problem {
    /// A refusal as the API says it.
    init(_ refusal: BookingRefusal) {
        switch refusal {
        case .noSuchBooking: self = .missing("booking.not_found", "No such booking", "There is no booking of yours with this id.")
        case .noSuchDoctor: self = .missing("booking.doctor_not_found", "No such doctor", "No listed doctor has this id.")
        case .noSuchPractice: self = .missing("booking.practice_not_found", "No such practice", "The doctor has no hours at this practice.")
        case .noSuchEntry: self = .missing("booking.entry_not_found", "No such entry", "There is no entry of yours with this id.")
        case .noSuchException: self = .missing("booking.exception_not_found", "No such exception", "The doctor has no leave or extra hours with this id.")
        case .slotTaken: self = .conflict("booking.slot_taken", "This time is taken", "Somebody else has this time. Choose another one.")
        case .slotNotOffered:
            self = .conflict("booking.slot_not_offered", "This time is not offered", "Choose one of the times in the doctor's list of free times.")
        case .personBusy: self = .conflict("booking.person_busy", "There is another appointment then", "The person has another appointment at this time. Move or cancel it first.")
        case .notBookable: self = .conflict("booking.not_bookable", "This doctor cannot be booked here", "Phone the practice.")
        case .newPatientsNotAccepted: self = .conflict("booking.no_new_patients", "New patients are not accepted", "Only people who were seen by this doctor before can book.")
        case .firstVisitNeeded: self = .conflict("booking.first_visit_needed", "Book a first visit", "Who was never seen by this doctor books a first visit.")
        case .tooManyHolds: self = .conflict("booking.too_many_holds", "Too many times are held", "Confirm or release a time that you hold.")
        case .notYourPerson:
            self = Problem(.forbidden, code: "booking.not_your_person", title: "Not somebody you may book for", detail: "You can book for yourself and your dependants.", errors: [FieldError("person_id", code: "not_allowed", detail: "This is not you or a dependant of yours.")])
        case .holdExpired: self = .conflict("booking.hold_expired", "The hold has run out", "Choose the time again, if it is still free.")
        case .heldElsewhere: self = .conflict("booking.held_elsewhere", "Another session holds this time", "Confirm it where you chose it.")
        case .holdAtItsLongest: self = .conflict("booking.hold_at_its_longest", "A time is held for 30 minutes at most", "Confirm it now, or choose again.")
        case .wrongState(let state):
            self = .conflict("booking.wrong_state", "The booking's state does not allow this", "The booking is \(state.rawValue.replacing("_", with: " ")).")
        case .tooLateToMove(let minutes):
            self = .conflict("booking.too_late_to_move", "It is too late to move this", "This practice moves appointments until \(Wording.length(minutes: minutes)) before. Phone them.")
        case .alreadyStarted: self = .conflict("booking.already_started", "The appointment has begun", "Phone the practice.")
        case .notYetStarted: self = .conflict("booking.not_yet_started", "The appointment has not begun", "Do this once its time has come.")
        case .versionChanged:
            self = Problem(.preconditionFailed, code: "request.version_changed", title: "It was changed meanwhile", detail: "Read it again, then decide.")
        case .notAllowed: self = .forbidden
        case .disputeClosed: self = .conflict("booking.dispute_closed", "This can no longer be disputed", "A missed visit can be disputed once, within a week.")
        case .alreadyWaiting: self = .conflict("booking.already_waiting", "Already on the waiting list", "The person is on this doctor's waiting list.")
        }
    }

    private static func missing(_ code: String, _ title: String, _ detail: String) -> Problem { Problem(.notFound, code: code, title: title, detail: detail) }
    private static func conflict(_ code: String, _ title: String, _ detail: String) -> Problem { Problem(.conflict, code: code, title: title, detail: detail) }
}
