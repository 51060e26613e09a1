import Hummingbird
import Postgres
import Web

/// `/v1/accounts/me/message-choices`: which messages come by which channel.
struct MessageChoiceRoutes: Sendable {
    let pool: PostgresPool

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/accounts/me/message-choices") { request, context -> Response in
            try RequestParameters(query: request).finish()
            return try await MessageChoices.read(context.requirePrincipal().accountID, on: pool).response
        }
        router.put("/v1/accounts/me/message-choices") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let choices = MessageChoices(&parameters)
            try parameters.finish()
            let account = try context.requirePrincipal().accountID
            try await pool.transaction { try await choices.write(account, on: $0) }
            return choices.response
        }
    }
}

extension MessageChoices {
    /// One truth value for each kind, as in `email_reminders`; all are required, so that nothing is turned off by leaving it out.
    fileprivate init(_ parameters: inout RequestParameters) {
        for kind in MessageKind.all {
            let isWanted = parameters.bool(kind.name)
            parameters.require(kind.name, isWanted != nil)
            if isWanted == false { refused.insert(kind) }
        }
    }

    fileprivate var response: Response {
        var json = JSONWriter()
        json.object {
            for kind in MessageKind.all {
                $0.key(escaping: kind.name)
                $0.bool(!refused.contains(kind))
            }
        }
        return .json(json, headers: [.cacheControl: "private, no-store"])
    }
}
