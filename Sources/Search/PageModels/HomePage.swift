import Domain

/// What the home page may print.
struct HomePage {
    let form: SearchForm
    let specialties: [PageLink]

    init(form: SearchForm = SearchForm(), terminology: Terminology?) {
        self.form = form
        specialties = HomePage.commonSpecialties.compactMap { slug in
            terminology?.specialty(slug).map {
                PageLink(label: PlainWords.plural($0.practitioner), address: ResultsAddress(specialties: [slug]).text)
            }
        }
    }

    /// The form again, with everything that was typed and what to mend.
    static func unknownPlace(_ submission: SearchSubmission, terminology: Terminology) -> HomePage {
        HomePage(
            form: SearchForm(
                words: submission.words, placeText: submission.placeText,
                placeError: "We do not know this place. Type a suburb, a town or a postal code.",
                hidden: HiddenField.all(of: submission.kept)),
            terminology: terminology)
    }

    /// Those people look for most.
    private static let commonSpecialties = [
        "general-practice", "dentistry", "obstetrics-gynaecology", "paediatrics", "dermatology", "psychology",
        "physiotherapy", "optometry", "orthopaedics", "psychiatry",
    ]
}
