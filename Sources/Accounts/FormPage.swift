import HTTPTypes
import Hummingbird
import Web

/// A page that is one small form; the template prints these names.
struct FormPage {
    struct Field {
        let name: String
        let label: String
        var hint: String?
        var type = "text"
        var autocomplete = "off"
        var maxLength = 254
        var isCode = false
        var value: String?
        var error: String?

        /// The ids of hint and error, for those who hear the page.
        var describedBy: String? {
            let ids = [hint.map { _ in "\(name)-hint" }, error.map { _ in "\(name)-error" }].compactMap { $0 }
            return ids.isEmpty ? nil : ids.joined(separator: " ")
        }
    }

    struct Hidden {
        let name: String
        let value: String
    }

    struct Link {
        let address: String
        let text: String
    }

    let heading: String
    let lead: String?
    let action: String
    var hidden: [Hidden] = []
    var fields: [Field]
    let button: String
    var links: [Link] = []

    /// The same form with what is wrong in its first field, and what was typed.
    func refused(_ error: String, typed: String? = nil) -> FormPage {
        var page = self
        page.fields[0].error = error
        if page.fields[0].type != "password" { page.fields[0].value = typed ?? page.fields[0].value }
        return page
    }

    func with(_ name: String, _ value: String?) -> FormPage {
        var page = self
        if let value { page.hidden.append(Hidden(name: name, value: value)) }
        return page
    }
}

extension FormPage {
    /// - Parameter refusal: the status where something is wrong with what was sent.
    func response(_ pages: PageRenderer, refusal: HTTPResponse.Status = .unprocessableContent) -> Response {
        let error = fields.first?.error
        var headers = HTTPFields.personal
        if error != nil, refusal == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return pages.render(
            "account-form", title: error == nil ? heading : "Error: \(heading)", status: error == nil ? .ok : refusal, headers: headers,
            model: Model(self, error: error))
    }

    /// With what the template reads computed: it sees stored properties only.
    private struct Model {
        let heading: String
        let lead: String?
        let action: String
        let hidden: [Hidden]
        let fields: [FieldModel]
        let button: String
        let links: [Link]
        let error: String?
        let errorField: String

        init(_ page: FormPage, error: String?) {
            heading = page.heading
            lead = page.lead
            action = page.action
            hidden = page.hidden
            fields = page.fields.map(FieldModel.init)
            button = page.button
            links = page.links
            self.error = error
            errorField = page.fields.first?.name ?? ""
        }
    }

    private struct FieldModel {
        let name, label, type, autocomplete: String
        let hint, value, error, describedBy: String?
        let maxLength: Int
        let isCode: Bool

        init(_ field: Field) {
            (name, label, type, autocomplete) = (field.name, field.label, field.type, field.autocomplete)
            (hint, value, error, describedBy) = (field.hint, field.value, field.error, field.describedBy)
            (maxLength, isCode) = (field.maxLength, field.isCode)
        }
    }
}
