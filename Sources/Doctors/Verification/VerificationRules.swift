import Domain

/// Pure decisions about verifications.
enum VerificationRules {
    // MARK: Practising cards

    /// The last days a practising card can have that somebody shows on `day`, the usual one first.
    ///
    /// A card runs from 1 April to 31 March. From January on the fee of the coming year can be paid, so a card may already be the next
    /// one: from 1 January to 31 March both ends are possible, otherwise only the coming 31 March. On 31 March itself a card still counts.
    static func cardEnds(shownOn day: LocalDay) -> [LocalDay] {
        let (year, month, _) = day.civil
        return month <= 3 ? [lastDay(year), lastDay(year + 1)] : [lastDay(year + 1)]
    }

    /// Whether a card counts on a day: up to its last one, South African time.
    static func isOver(_ cardValidUntil: LocalDay, on day: LocalDay) -> Bool { day > cardValidUntil }

    /// How many days before a card's end a doctor is reminded, the first reminder first.
    static let reminderDays = [30, 7]

    /// The reminder that is due, the later of the two once both are: a late job sends one and not two.
    static func dueReminder(_ cardValidUntil: LocalDay, on day: LocalDay) -> Int? {
        let daysLeft = cardValidUntil.daysSince1970 - day.daysSince1970
        return daysLeft < 0 ? nil : reminderDays.last { daysLeft <= $0 }
    }

    private static func lastDay(_ year: Int) -> LocalDay {
        guard let day = LocalDay(year: year, month: 3, day: 31) else { preconditionFailure("every March has 31 days") }
        return day
    }

    // MARK: Facts

    /// What speaks against facts that are well formed.
    /// - Parameter day: of the submission.
    static func refusal(of facts: VerificationFacts, submittedOn day: LocalDay) -> VerificationRefusal? {
        guard facts.category.mayPractiseAlone else { return .categoryNotAccepted }
        guard cardEnds(shownOn: day).contains(facts.cardValidUntil) else { return .cardEnd(cardEnds(shownOn: day)) }
        return specialtyRefusal(facts.specialties, facts.category)
    }

    /// Titles need the register: a sub-specialty that of sub-specialists, a specialty that of specialists; and who claims to be on a
    /// register names what for.
    static func specialtyRefusal(_ specialties: [String], _ category: PractisingCategory) -> VerificationRefusal? {
        let titles = specialties.filter { specialistTitles.contains($0) || subSpecialistTitles.contains($0) }
        switch category {
        case .specialist:
            if let title = specialties.first(where: subSpecialistTitles.contains) { return .titleNeeds(.subSpecialist, specialty: title) }
            return titles.isEmpty ? .registerWithoutTitle : nil
        case .subSpecialist: return specialties.contains(where: subSpecialistTitles.contains) ? nil : .registerWithoutTitle
        default:
            guard let title = titles.first else { return nil }
            return .titleNeeds(subSpecialistTitles.contains(title) ? .subSpecialist : .specialist, specialty: title)
        }
    }

    /// Slugs of the vocabulary whose titles need the specialist register.
    static let specialistTitles: Set = [
        "internal-medicine", "emergency-medicine", "paediatrics", "obstetrics-gynaecology", "dermatology", "oncology", "neurology",
        "psychiatry",
        "medical-genetics", "occupational-medicine", "anaesthesiology", "radiology", "nuclear-medicine", "pathology", "public-health",
        "general-surgery", "orthopaedics", "neurosurgery", "cardiothoracic-surgery", "plastic-surgery", "urology", "ophthalmology",
        "otorhinolaryngology", "paediatric-surgery", "maxillofacial-surgery", "orthodontics", "periodontics", "prosthodontics",
    ]

    /// Slugs of the vocabulary whose titles need the register of sub-specialists.
    static let subSpecialistTitles: Set = [
        "neonatology", "reproductive-medicine", "cardiology", "pulmonology", "gastroenterology", "nephrology", "endocrinology",
        "rheumatology",
        "haematology", "infectious-diseases", "allergy-immunology", "geriatrics", "critical-care", "vascular-surgery",
    ]

    // MARK: Documents

    /// What has to be shown. Who is known already shows the new card; who says something new proves who they are again.
    static func requiredDocuments(_ purpose: Verification.Purpose, _ category: PractisingCategory) -> [VerificationDocument.Kind] {
        if purpose == .renewal { return [.registrationCard] }
        return category == .independentPractice ? [.registrationCard, .identity] : [.registrationCard, .identity, .qualification]
    }
}
