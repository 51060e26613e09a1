extension RequestParameters {
    /// A list of JSON objects, each read like a request of its own; complaints name the field as `hours[2].from`.
    /// - Parameters:
    ///   - maxCount: the most entries accepted.
    ///   - read: asks for every name an object may have; `nil` where it complained.
    /// - Returns: none when there are too many, or it is no list; otherwise those that could be read.
    public mutating func objects<Value>(_ name: String, maxCount: Int, _ read: (inout RequestParameters) throws -> Value?) rethrows -> [Value] {
        guard let value = takeOne(name) else { return [] }
        guard case .json(.array(let elements)) = value else {
            refuseType(name, "a list of objects")
            return []
        }
        guard elements.count <= maxCount else {
            refuse(name, code: "too_many", detail: "At most \(maxCount) entries are accepted.")
            return []
        }
        return try elements.enumerated().compactMap { try object($1, at: "\(name)[\($0)]", read) }
    }

    private mutating func object<Value>(_ element: JSONValue, at place: String, _ read: (inout RequestParameters) throws -> Value?) rethrows -> Value? {
        guard case .object(let members) = element else {
            refuseType(place, "an object")
            return nil
        }
        var inner = RequestParameters(members.map { ($0.name, .json($0.value)) }, emptyIsAbsent: false)
        let value = try read(&inner)
        do throws(Problem) { try inner.finish() } catch {
            for complaint in error.errors { refuse("\(place).\(complaint.field)", code: complaint.code, detail: complaint.detail) }
        }
        return value
    }
}
