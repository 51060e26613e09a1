import HTTPTypes
import Hummingbird
import Web

/// `POST /v1/webhooks/twilio/status`: what became of a text message. Signed by Twilio, so nobody signs in.
struct NotificationRoutes: Sendable {
    let twilio: TwilioConfiguration?
    let publicURL: String
    let record: RecordDeliveryReport

    /// As Twilio is told; also signed by it.
    static let statusPath = "/v1/webhooks/twilio/status"

    func add(to router: Router<AppRequestContext>) {
        router.post("/v1/webhooks/twilio/status") { request, context in try await status(request, context) }
    }

    private func status(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        guard let twilio else { throw Problem.notFound() }
        let bytes = Array(try await request.body.collect(upTo: context.maxUploadSize).readableBytesView)
        let fields: [(name: String, value: String)]
        do throws(FieldError) { fields = try FormDecoding.pairs(bytes) } catch { throw Problem.invalidRequest([error]) }
        let url = publicURL + Self.statusPath + (request.uri.query.map { "?\($0)" } ?? "")
        guard let signature = request.headers[.twilioSignature],
            TwilioSignature.isValid(signature, url: url, fields: fields, authToken: twilio.authToken)
        else { throw Self.forged }
        guard let report = DeliveryReport(fields) else {
            throw Problem.invalidRequest([FieldError("MessageStatus", code: "required", detail: "A message and a known status are required.")])
        }
        try await record(report)
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private static let forged = Problem(
        .forbidden, code: "webhook.invalid_signature", title: "The signature does not fit",
        detail: "Only Twilio may post here, signed with the account's token.")
}

extension HTTPField.Name {
    fileprivate static var twilioSignature: HTTPField.Name { HTTPField.Name("X-Twilio-Signature") ?? .authorization }
}
