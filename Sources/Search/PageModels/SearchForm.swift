/// A link as a template prints it.
struct PageLink {
    let label: String
    let address: String
}

/// A field a form sends along unseen.
struct HiddenField {
    let name: String
    let value: String

    static func all(of address: ResultsAddress) -> [HiddenField] {
        address.fields.map { HiddenField(name: $0.name, value: $0.value) }
    }
}

/// The search box: what, where, Search.
struct SearchForm {
    var words: String?
    var placeText: String?
    /// Slug of the place that `placeText` names.
    var shownPlace: String?
    var placeError: String?
    var hidden: [HiddenField] = []
}
