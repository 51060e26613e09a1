import Hummingbird
import Postgres
import Web

/// `/account/messages`: the choices as a form.
struct MessageChoicesPage: Sendable {
    let pool: PostgresPool
    let pages: PageRenderer

    static let templates = [PageTemplate("message-choices", PackageResources.message_choices_mustache)]

    func add(to router: Router<AppRequestContext>) {
        router.get("/account/messages") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let choices = try await MessageChoices.read(context.requirePrincipal().accountID, on: pool)
            return pages.render(
                "message-choices", title: "Your messages", headers: [.cacheControl: "private, no-store"],
                model: Model(choices, formToken: context.formToken ?? ""))
        }
        router.post("/account/messages") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            // A browser sends no box that is not ticked.
            let choices = MessageChoices(refused: Set(MessageKind.all.filter { parameters.bool($0.name) != true }))
            try parameters.finish()
            let account = try context.requirePrincipal().accountID
            try await pool.transaction { try await choices.write(account, on: $0) }
            return Response(status: .seeOther, headers: [.location: "/account", .cacheControl: "no-store"])
        }
    }

    private struct Model {
        struct Choice {
            let name, label: String
            let isChosen: Bool
        }

        struct TopicLine {
            let name: String
            let choices: [Choice]
        }

        let topics: [TopicLine]
        let formToken: String

        init(_ choices: MessageChoices, formToken: String) {
            topics = Topic.allCases.map { topic in
                TopicLine(
                    name: topic.spoken,
                    choices: Channel.allCases.map {
                        Choice(name: MessageKind(channel: $0, topic: topic).name, label: $0.spoken, isChosen: choices.allow($0, topic))
                    })
            }
            self.formToken = formToken
        }
    }
}

extension Topic {
    fileprivate var spoken: String {
        switch self {
        case .visits: "Booked, moved or cancelled"
        case .reminders: "Reminders before a visit"
        case .offers: "An earlier time is free"
        }
    }
}

extension Channel {
    fileprivate var spoken: String {
        switch self {
        case .email: "E-mail"
        case .sms: "SMS"
        case .push: "In the app"
        }
    }
}
