import Domain

/// Every expected "no".
enum VerificationRefusal: Error, Equatable, Sendable {
    /// Nothing of that id, or not this caller's to know of.
    case noSuchVerification, noSuchDocument, noSuchDoctor
    /// A made-up doctor, whom nobody is.
    case sampleDoctor
    /// The account has a case under way, or a profile already.
    case accountHasOpenCase, accountHasProfile
    /// Somebody else has a case under way for this doctor, or is this doctor.
    case doctorHasOpenCase, doctorTaken
    /// Nothing of this account was ever verified that could be changed or renewed.
    case noProfile
    /// What was asked does not go with the case's state.
    case wrongState(Verification.State)
    case factsMissing
    case categoryNotAccepted
    /// The days a card that is shown now can end on.
    case cardEnd([LocalDay])
    case titleNeeds(PractisingCategory, specialty: String)
    case registerWithoutTitle
    /// A renewal says what was verified before, with a new card.
    case renewalChangesFacts
    case practiceMissing
    case documentsMissing([VerificationDocument.Kind])
    /// This installation has no store for documents.
    case documentsNotTaken
    case documentNotThere, documentTooLarge, documentWrongType
    /// Another file lies there than the one that was checked.
    case documentChanged
    /// Another doctor has this HPCSA number.
    case numberTaken
    case versionChanged
    case takenByAnother
    case ownCase
    /// The card ran out before the decision.
    case cardOver
    /// The profile was suspended or removed meanwhile.
    case doctorNotListed
}
