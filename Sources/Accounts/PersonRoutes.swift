import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// `/v1/persons`: the account's own person and its dependants.
struct PersonRoutes {
    let feature: AccountsFeature

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/persons") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                let persons = try await feature.persons.list(principal.accountID, on: feature.pool)
                var json = JSONWriter()
                json.object {
                    $0.key("data")
                    $0.array { json in persons.forEach { $0.write(to: &json) } }
                    $0.key("next_cursor")
                    $0.null()
                }
                return .json(json, headers: .personal)
            }
        }
        router.post("/v1/persons") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let details = PersonDetails(&parameters)
            let consents = parameters.bool("guardian_consent")
            parameters.require("display_name", details.displayName != nil)
            parameters.require("birth_date", details.birthDate != nil)
            if consents != true {
                parameters.refuse("guardian_consent", code: "required", detail: "Say that you are this person's parent or guardian and agree.")
            }
            try parameters.finish()
            let principal = try context.requirePrincipal()
            return try await asking { try await person(feature.addDependant(details, principal: principal, client: Client(request, context)), principal, .created) }
        }
        router.get("/v1/persons/:id") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let principal = try context.requirePrincipal()
            return try await asking { try await person(context.identifier(), principal, .ok) }
        }
        router.put("/v1/persons/:id") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let details = PersonDetails(&parameters)
            try parameters.finish()
            let principal = try context.requirePrincipal()
            let version = try request.ifMatchVersion().map(Int64.init)
            return try await asking {
                let id = try context.identifier()
                try await feature.update(id, details, version: version, principal: principal)
                return try await person(id, principal, .ok)
            }
        }
        router.delete("/v1/persons/:id") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                try await feature.removeDependant(context.identifier(), principal: principal, client: Client(request, context))
                return .done
            }
        }
    }

    private func person(_ id: UUID, _ principal: Principal, _ status: HTTPResponse.Status) async throws -> Response {
        guard let person = try await feature.persons.person(id, of: principal.accountID, on: feature.pool) else { throw AccountRefusal.noSuchPerson }
        var json = JSONWriter()
        person.write(to: &json)
        return .json(json, status: status, headers: .personal.withTag(person.version))
    }
}

extension HTTPFields {
    fileprivate func withTag(_ version: Int64) -> HTTPFields {
        var fields = self
        fields[.eTag] = "\"\(version)\""
        return fields
    }
}

extension PersonDetails {
    /// Everything that may be written about a person; what is left out is emptied.
    init(_ parameters: inout RequestParameters) {
        displayName = parameters.string("display_name", maxBytes: 120)
        birthDate = parameters.date("birth_date")
        language = parameters.string("language", maxBytes: 3)
        if let language, !language.utf8.allSatisfy({ (97...122).contains($0) }) || language.utf8.count < 2 {
            parameters.refuse("language", code: "not_allowed", detail: "Write a language code, like zu.")
        }
        scheme = parameters.string("scheme", maxBytes: 80)
        if let scheme, !scheme.isSlug { parameters.refuse("scheme", code: "not_allowed", detail: "Write the slug of a medical scheme.") }
        places = parameters.strings("places", maxCount: 10, maxBytes: 80)
        if !places.allSatisfy(\.isSlug) { parameters.refuse("places", code: "not_allowed", detail: "Write slugs of places.") }
        idDocument = parameters.enumeration("id_document") ?? .none
        idNumber = parameters.string("id_number", maxBytes: 40)
        membershipNumber = parameters.string("membership_number", maxBytes: 40)
        notes = parameters.string("notes", maxBytes: 2_000)
        checkIDNumber(&parameters)
    }

    private func checkIDNumber(_ parameters: inout RequestParameters) {
        guard let idNumber else {
            if idDocument != .none { parameters.require("id_number", false) }
            return
        }
        switch (idDocument, SouthAfricanID.fault(idNumber)) {
        case (.none, _): parameters.refuse("id_document", code: "required", detail: "Say which document the number is of.")
        case (.southAfricanID, .notThirteenDigits): parameters.refuse("id_number", code: "wrong_length", detail: "An ID number has 13 digits.")
        case (.southAfricanID, .noSuchDate):
            parameters.refuse("id_number", code: "no_such_date", detail: "An ID number begins with the date of birth: year, month and day.")
        case (.southAfricanID, .wrongCheckDigit):
            parameters.refuse("id_number", code: "wrong_check_digit", detail: "This is not an ID number. Check it for a typing mistake.")
        default: break
        }
    }
}

extension String {
    /// Lower-case words joined by hyphens.
    fileprivate var isSlug: Bool {
        split(separator: "-", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
        }
    }
}

extension Person {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            func member(_ name: StaticString, _ text: String?) {
                json.key(name)
                if let text { json.string(text) } else { json.null() }
            }
            json.member("id", personID.text)
            json.member("is_self", isSelf)
            member("display_name", details.displayName)
            member("birth_date", details.birthDate?.description)
            member("language", details.language)
            member("scheme", details.scheme)
            json.key("places")
            json.array { json in details.places.forEach { json.string($0) } }
            json.member("id_document", details.idDocument.rawValue)
            member("id_number", details.idNumber)
            member("membership_number", details.membershipNumber)
            member("notes", details.notes)
            member("guardian_consent_at", consentAt?.formatted(.iso8601))
        }
    }
}
