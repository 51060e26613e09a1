import Web

extension AccessRules {
    /// Who may use which route of the site. A route that is not here is denied; a test holds table and routes together.
    /// Whose booking or account it is, the feature checks on top.
    static let site: AccessRules = [
        // for operators; keep them from the outside at the proxy
        "GET /healthz": .everybody,
        "GET /readyz": .everybody,
        "GET /metrics": .everybody,

        // the site itself
        "GET /favicon.ico": .everybody,
        "GET /help": .everybody,
        "GET /openapi.json": .everybody,

        // search and doctors
        "GET /": .everybody,
        "GET /doctors": .everybody,
        "POST /doctors": .everybody,
        "GET /doctors/:id": .everybody,
        "GET /v1/doctors": .everybody,
        "POST /v1/doctors/search": .everybody,
        "GET /v1/doctors/:id": .everybody,
        "GET /v1/specialties": .everybody,
        "GET /v1/languages": .everybody,
        "GET /v1/schemes": .everybody,

        // doctors' verifications: whose case it is, the feature checks; its reviewers are administrators
        "GET /v1/verifications": .signedIn,
        "POST /v1/verifications": .signedIn,
        "GET /v1/verifications/:id": .signedIn,
        "PUT /v1/verifications/:id": .signedIn,
        "POST /v1/verifications/:id/submission": .signedIn,
        "POST /v1/verifications/:id/withdrawal": .signedIn,
        "POST /v1/verifications/:id/documents": .signedIn,
        "POST /v1/verifications/:id/documents/:document_id/check": .signedIn,
        "GET /v1/verifications/:id/documents/:document_id": .roles([.administrator]),
        "GET /v1/verification-queue": .roles([.administrator]),
        "POST /v1/verifications/:id/review": .roles([.administrator]),
        "DELETE /v1/verifications/:id/review": .roles([.administrator]),
        "POST /v1/verifications/:id/decision": .roles([.administrator]),
        "GET /verification": .signedIn,
        "POST /verification": .signedIn,
        "POST /verification/facts": .signedIn,
        "POST /verification/documents": .signedIn,
        "POST /verification/submission": .signedIn,
        "POST /verification/withdrawal": .signedIn,
        "GET /admin/verifications": .roles([.administrator]),
        "GET /admin/verifications/:id": .roles([.administrator]),
        "GET /admin/verifications/:id/documents/:document_id": .roles([.administrator]),
        "POST /admin/verifications/:id/review": .roles([.administrator]),
        "POST /admin/verifications/:id/release": .roles([.administrator]),
        "POST /admin/verifications/:id/decision": .roles([.administrator]),

        // places
        "GET /v1/places": .everybody,
        "GET /v1/places/:slug": .everybody,
        "GET /v1/facilities": .everybody,

        // symptom checker: no account, ever, before an answer
        "GET /symptoms": .everybody,
        "POST /symptoms": .everybody,
        "POST /symptoms/answers": .everybody,
        "POST /v1/symptom-checks": .everybody,
        "POST /v1/symptom-checks/:id/answers": .everybody,
        "DELETE /v1/symptom-checks/:id": .everybody,
    ]
}
