import Foundation

extension RequestParameters {
    /// An instant with its offset (RFC 3339): `2026-11-24T08:10:00+02:00` or `…Z`.
    public mutating func instant(_ name: String) -> Date? {
        guard let text = text(name, expected: "a time like 2026-11-24T08:10:00+02:00") else { return nil }
        if let instant = InternetTime.instant(text) { return instant }
        refuseType(name, "a time like 2026-11-24T08:10:00+02:00")
        return nil
    }

    /// The instant a text writes (RFC 3339), for parameters that may be something else as well.
    public static func instant(of text: String) -> Date? { InternetTime.instant(text) }

    /// A length of time in days, hours, minutes and seconds (ISO 8601): `P2D`, `PT90M`, `P1DT2H`.
    public mutating func duration(_ name: String, in range: ClosedRange<Duration>) -> Duration? {
        guard let text = text(name, expected: "a duration like PT90M or P2D") else { return nil }
        guard let duration = InternetTime.duration(text) else {
            refuseType(name, "a duration like PT90M or P2D")
            return nil
        }
        if range.contains(duration) { return duration }
        refuse(name, code: "out_of_range", detail: "This must be from \(range.lowerBound) to \(range.upperBound).")
        return nil
    }
}
