import HTTPTypes
import Hummingbird

/// Who may use a route.
public enum AccessRule: Sendable, Equatable {
    /// Everybody, and everybody gets the same: nobody is looked up, so the answer may be cached by others.
    case everybody
    /// Everybody; who is signed in is recognised, and the answer may differ for them.
    case recognised
    /// Whoever is signed in.
    case signedIn
    /// Whoever is signed in and has one of these roles.
    case roles(Set<Principal.Role>)
}

/// One table of who may use which route. What has no entry is denied.
///
///     let rules: AccessRules = ["GET /v1/doctors/:id": .everybody, "POST /v1/bookings": .signedIn]
///
/// A rule for GET holds for HEAD.
public struct AccessRules: Sendable, ExpressibleByDictionaryLiteral {
    private var rules: [String: [HTTPRequest.Method: AccessRule]] = [:]

    /// - Parameter elements: keys are a method and a path written as the route writes it, parameters as `:name`; each once.
    public init(dictionaryLiteral elements: (String, AccessRule)...) {
        for (route, rule) in elements {
            let parts = route.split(separator: " ")
            guard parts.count == 2, let method = HTTPRequest.Method(String(parts[0])) else {
                preconditionFailure("\(route) is not a method and a path")
            }
            let path = RouterPath(String(parts[1])).description
            precondition(rules[path]?[method] == nil, "\(route) has two rules")
            rules[path, default: [:]][method] = rule
        }
    }

    /// Every route with an entry, as `GET /v1/doctors/{id}`.
    public var routes: Set<String> {
        Set(rules.flatMap { path, methods in methods.keys.map { "\($0.rawValue) \(path)" } })
    }

    /// The rule of a route, HEAD by GET's.
    /// - Parameter path: the pattern as Hummingbird describes it, with `{name}`.
    func rule(_ method: HTTPRequest.Method, _ path: String) -> AccessRule? {
        guard let methods = rules[path] else { return nil }
        return methods[method] ?? (method == .head ? methods[.get] : nil)
    }

    /// The methods with an entry for a path; nil where no method has one.
    func methods(_ path: String) -> Set<HTTPRequest.Method>? {
        rules[path].map { Set($0.keys) }
    }

    /// With the site's own files, whose names hold a hash nobody writes down.
    var withAssets: AccessRules {
        var all = self
        for asset in SiteAsset.all { all.rules[asset.path] = [.get: .everybody] }
        return all
    }
}
