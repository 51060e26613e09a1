import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// A Mustache template by name, UTF-8; features pass `PackageResources.results_mustache` and the like.
public struct PageTemplate: Sendable {
    let name: String
    let bytes: [UInt8]

    /// - Parameter name: what `render` and partials (`{{>name}}`) call it; unique in the program.
    public init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// Renders pages: the feature's template inside the site's layout, every value HTML-escaped.
///
/// A page template starts with `{{<layout}}`, puts its content, one `h1` included, into `{{$main}}…{{/main}}` and ends with
/// `{{/layout}}`. It sees its own model's properties, and `site` (name, isSampleData), `title`, `language`.
public final class PageRenderer: Sendable {
    private let library: MustacheLibrary
    private let site: SiteInformation

    /// - Parameter templates: those of all features; the site's own are added.
    /// - Throws: a template that does not parse.
    public init(site: SiteInformation, templates: [PageTemplate] = []) throws {
        HTMLEscaping.register()
        let own = [
            PageTemplate("layout", PackageResources.layout_mustache),
            PageTemplate("error", PackageResources.error_mustache),
            PageTemplate("help", PackageResources.help_mustache),
        ]
        var library = MustacheLibrary()
        for template in own + templates {
            precondition(library.getTemplate(named: template.name) == nil, "two templates are called \(template.name)")
            try library.register(HTMLEscaping.pragma + String(decoding: template.bytes, as: UTF8.self), named: template.name)
        }
        self.library = library
        self.site = site
    }

    /// A page as a response.
    /// - Parameters:
    ///   - template: the name of a registered template.
    ///   - title: of the browser's window; the site's name is added.
    ///   - language: BCP 47, of the page as a whole.
    ///   - model: what the template may print; its properties are the template's names.
    public func render(
        _ template: String,
        title: String,
        language: String = "en",
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        model: Any
    ) -> Response {
        let context = PageContext(model: model, layout: layoutValues(title: title, language: language))
        guard let html = library.render(context, withTemplate: template) else {
            preconditionFailure("no template is called \(template)")
        }
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    func errorPage(_ problem: Problem, requestID: String) -> Response {
        render(
            "error",
            title: "Error: \(problem.title)",
            status: problem.status,
            headers: problem.headers + [.cacheControl: "no-store"],
            model: ErrorPage(problem, requestID: requestID)
        )
    }

    func helpPage() -> Response {
        render("help", title: "Help", headers: [.cacheControl: "public, max-age=300"], model: ["sources": site.dataSources])
    }

    private func layoutValues(title: String, language: String) -> [String: Any] {
        [
            "site": site, "title": title, "language": language,
            "stylesheet": SiteAsset.stylesheet.path, "script": SiteAsset.script.path, "icon": SiteAsset.icon.path,
        ]
    }
}

extension HTTPFields {
    fileprivate static func + (left: HTTPFields, right: HTTPFields) -> HTTPFields {
        var sum = left
        for field in right { sum[field.name] = field.value }
        return sum
    }
}

/// The page's own names first, then those of the layout.
private struct PageContext: MustacheParent {
    let model: Any
    let layout: [String: Any]

    func child(named name: String) -> Any? {
        let own: Any? = if let parent = model as? any MustacheParent {
            parent.child(named: name)
        } else {
            Mirror(reflecting: model).children.first { $0.label == name }?.value
        }
        return own.flatMap(Self.unwrapped) ?? layout[name]
    }

    /// A property that is nil comes as a value that holds an empty optional, which a template would print.
    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional ? mirror.children.first?.value : value
    }
}

/// What happened, what to do, and the number to quote.
private struct ErrorPage {
    let heading: String
    let detail: String?
    let errors: [FieldError]
    let advice: String
    let requestID: String

    init(_ problem: Problem, requestID: String) {
        heading = problem.title
        detail = problem.errors.isEmpty ? problem.detail : nil
        errors = problem.errors
        advice = switch problem.status.code {
        case 404: "Check the address, or search for a doctor."
        case 429, 503: "Wait a moment, then try again."
        case 500...: "Try again in a few minutes. Nothing you did caused this."
        default: "Go back, change what is named here, and try again."
        }
        self.requestID = requestID
    }
}
