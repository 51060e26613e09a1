/// The parameters of a request in one shape, whether they came as a query string, an HTML form or a JSON object.
///
/// Ask for every name the route knows, unconditionally, then call `finish()`: it throws one 400 `Problem` with every complaint,
/// among them each name nobody asked for. A getter returns nil where a name is absent or was refused.
///
///     var parameters = try RequestParameters(query: request)
///     let words = parameters.string("q", maxBytes: 200)
///     let limit = parameters.int("limit", in: 1...100) ?? 20
///     try parameters.finish()
///
/// JSON `null` and, in forms, empty fields count as absent. Zero bytes are refused in all text.
public struct RequestParameters {
    enum Value {
        case text(String)
        case json(JSONValue)
    }

    var values: [(name: String, values: [Value])]
    private let emptyIsAbsent: Bool
    private var asked: [String] = []
    private var complaints: [FieldError] = []

    /// - Parameter emptyIsAbsent: true for forms, where browsers send every field.
    init(_ pairs: [(name: String, value: Value)], emptyIsAbsent: Bool) {
        self.emptyIsAbsent = emptyIsAbsent
        values = []
        for (name, value) in pairs {
            if let index = values.firstIndex(where: { $0.name == name }) {
                values[index].values.append(value)
            } else {
                values.append((name, [value]))
            }
        }
    }

    /// Adds a complaint of the route itself, for rules between parameters.
    public mutating func refuse(_ field: String, code: String, detail: String) {
        complaints.append(FieldError(field, code: code, detail: detail))
    }

    /// Complains that a name is required unless a value was found.
    public mutating func require(_ field: String, _ isPresent: Bool) {
        guard !isPresent, !complaints.contains(where: { $0.field == field }) else { return }
        refuse(field, code: "required", detail: "This is required.")
    }

    /// Throws one 400 with everything that was refused; call it after the last getter.
    public func finish() throws(Problem) {
        let unknown = values.lazy.map(\.name).filter { !asked.contains($0) }
        guard !complaints.isEmpty || !unknown.isEmpty else { return }
        let known = asked.sorted().joined(separator: ", ")
        let detail = asked.isEmpty ? "No parameters are accepted here." : "This is not known here. Known: \(known)."
        throw .invalidRequest(complaints + unknown.map { FieldError($0, code: "unknown", detail: detail) })
    }

    /// Marks the name as known and returns what was sent for it.
    mutating func take(_ name: String) -> [Value] {
        asked.append(name)
        let sent = values.first { $0.name == name }?.values ?? []
        return sent.filter { value in
            switch value {
            case .text(""): !emptyIsAbsent
            case .json(.null): false
            default: true
            }
        }
    }

    /// The one value of a name; several are refused.
    mutating func takeOne(_ name: String) -> Value? {
        let values = take(name)
        guard values.count <= 1 else {
            refuse(name, code: "duplicate", detail: "Send this once.")
            return nil
        }
        return values.first
    }

    mutating func refuseType(_ name: String, _ expected: String) {
        refuse(name, code: "wrong_type", detail: "This must be \(expected).")
    }
}
