/// Names, labels and numbers as the Prometheus text format wants them.
enum PrometheusText {
    /// A metric name of `a-z A-Z 0-9 _ :` that ends with the suffix.
    static func name(_ label: String, suffix: String) -> String {
        let name = identifier(label)
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    /// `a="1",b="2"`, in the given order, without braces.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { "\(identifier($0.0))=\"\(escape($0.1))\"" }.joined(separator: ",")
    }

    /// One line: `name{labels} value`.
    static func line(_ name: String, _ labels: String, _ value: Double, into text: inout String) {
        text += labels.isEmpty ? name : "\(name){\(labels)}"
        text += " \(number(value))\n"
    }

    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : String(value)
    }

    private static func identifier(_ text: String) -> String {
        let letters = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        let startsWithDigit = letters.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
        return (startsWithDigit ? "_" : "") + String(decoding: letters, as: UTF8.self)
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
