import Foundation

/// Every expected "no".
enum BookingRefusal: Error, Equatable, Sendable {
    /// No booking, schedule, entry of that id, or not this caller's to know of.
    case noSuchBooking, noSuchDoctor, noSuchPractice, noSuchEntry, noSuchException
    /// Somebody has the time already.
    case slotTaken
    /// The doctor does not offer this time: outside the hours, too soon, too far ahead, or the day is full.
    case slotNotOffered
    /// The person has another appointment then.
    case personBusy
    /// The doctor is not verified, or takes no bookings here.
    case notBookable
    /// The practice's rule for people who were never seen there.
    case newPatientsNotAccepted, firstVisitNeeded
    case tooManyHolds
    case notYourPerson
    /// The hold ran out.
    case holdExpired
    /// Another session holds it.
    case heldElsewhere
    case holdAtItsLongest
    /// What was asked does not go with the booking's state.
    case wrongState(Appointment.State)
    case tooLateToMove(minutes: Int)
    case alreadyStarted, notYetStarted
    case versionChanged
    case notAllowed
    case disputeClosed
    case alreadyWaiting
}
