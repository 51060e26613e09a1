import Mustache

/// Escapes by Unicode scalar. swift-mustache 2.1.1 escapes by `Character`, so a quote followed by a combining mark
/// would pass through it and end an attribute.
struct HTMLEscaping: MustacheContentType {
    private static let name = "SCALAR_ESCAPED_HTML"

    /// Stands at the start of every template, because partials fall back to the library's own escaping.
    static let pragma = "{{% CONTENT_TYPE:\(name)}}"

    static func register() { MustacheContentTypes.register(HTMLEscaping(), named: name) }

    func escapeText(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
