import Foundation

extension UUID {
    /// A new version 7 UUID (RFC 9562): milliseconds since 1970 first, so ids sort by time; then 74 bits nobody can guess.
    public static func version7(at date: Date = Date()) -> UUID {
        guard let id = UUID(uuidString: RequestIDs.make(millisecondsSince1970: UInt64(max(0, date.timeIntervalSince1970 * 1000)))) else {
            preconditionFailure("request ids are UUIDs")
        }
        return id
    }
}
