/// Numbers and names as people read them.
enum PlainWords {
    /// `1 240`, the parts joined by a no-break space.
    static func count(_ number: Int) -> String {
        let digits = String(number)
        let head = digits.count % 3
        var groups = head == 0 ? [] : [String(digits.prefix(head))]
        var rest = digits.dropFirst(head)
        while !rest.isEmpty {
            groups.append(String(rest.prefix(3)))
            rest = rest.dropFirst(3)
        }
        return groups.joined(separator: "\u{A0}")
    }

    /// `1 240 doctors`, `1 doctor`.
    static func doctors(_ number: Int) -> String { "\(count(number)) \(number == 1 ? "doctor" : "doctors")" }

    /// `R650`, `R1 240.50`.
    static func rand(cents: Int) -> String {
        let rest = cents % 100
        return "R\(count(cents / 100))" + (rest == 0 ? "" : ".\(rest < 10 ? "0" : "")\(rest)")
    }

    /// `800 m`, `2.3 km`, `12 km`.
    static func distance(metres: Double) -> String {
        if metres < 950 { return "\(max(100, Int((metres / 100).rounded()) * 100)) m" }
        let tenths = Int((metres / 100).rounded())
        return tenths < 100 ? "\(decimal(Double(tenths) / 10)) km" : "\(count(Int((metres / 1000).rounded()))) km"
    }

    /// With one decimal where there is one: `4.6`, `4`.
    static func decimal(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// Several of a kind of practitioner: `Dermatologists`, `Midwives`.
    static func plural(_ noun: String) -> String {
        noun.hasSuffix("fe") ? noun.dropLast(2) + "ves" : noun + "s"
    }
}
