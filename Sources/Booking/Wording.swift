import Domain

/// What people read.
enum Wording {
    /// `2 days`, `24 hours`, `90 minutes`.
    static func length(minutes: Int) -> String {
        func text(_ number: Int, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
        if minutes.isMultiple(of: 1440), minutes > 1440 { return text(minutes / 1440, "day") }
        if minutes.isMultiple(of: 60), minutes > 0 { return text(minutes / 60, "hour") }
        return text(minutes, "minute")
    }

    /// `R650` or `R649.50`.
    static func money(cents: Int) -> String {
        let rest = cents % 100
        return "R\(cents / 100)" + (rest == 0 ? "" : ".\(rest < 10 ? "0" : "")\(rest)")
    }

    static func name(_ kind: VisitKind) -> String {
        switch kind {
        case .firstVisit: "First visit"
        case .followUp: "Follow-up visit"
        case .video: "Video or phone visit"
        }
    }
}
