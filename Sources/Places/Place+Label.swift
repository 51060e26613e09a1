import Domain

extension Place {
    /// The place as one line tells it from its namesakes: `Khayelitsha, Cape Town, Western Cape`.
    var label: String {
        (city == name ? [name, province] : [name, city, province]).joined(separator: ", ")
    }
}
