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

        // signed by Twilio
        "POST /v1/webhooks/twilio/status": .everybody,

        // accounts: getting in
        "POST /v1/accounts": .everybody,
        "POST /v1/sign-in-codes": .everybody,
        "POST /v1/sessions": .everybody,
        "POST /v1/tokens": .everybody,
        "POST /v1/password-resets": .everybody,
        "POST /v1/password-resets/:id/confirmation": .everybody,
        "GET /sign-in": .everybody,
        "POST /sign-in": .everybody,
        "POST /sign-in/code": .everybody,
        "POST /sign-in/authenticator": .everybody,
        "GET /sign-in/password": .everybody,
        "POST /sign-in/password": .everybody,
        "GET /sign-up": .everybody,
        "POST /sign-up": .everybody,
        "GET /password-reset": .everybody,
        "POST /password-reset": .everybody,
        "POST /password-reset/code": .everybody,

        // accounts: one's own
        "GET /v1/accounts/me": .signedIn,
        "POST /v1/accounts/me/verifications": .signedIn,
        "POST /v1/accounts/me/verifications/:id/confirmation": .signedIn,
        "PUT /v1/accounts/me/password": .signedIn,
        "POST /v1/accounts/me/authenticator": .signedIn,
        "POST /v1/accounts/me/authenticator/confirmation": .signedIn,
        "POST /v1/accounts/me/authenticator/removal": .signedIn,
        "GET /v1/sessions": .signedIn,
        "DELETE /v1/sessions": .signedIn,
        "DELETE /v1/sessions/:id": .signedIn,
        "GET /v1/persons": .signedIn,
        "POST /v1/persons": .signedIn,
        "GET /v1/persons/:id": .signedIn,
        "PUT /v1/persons/:id": .signedIn,
        "DELETE /v1/persons/:id": .signedIn,
        "GET /account": .signedIn,
        "POST /account/verifications": .signedIn,
        "POST /account/verifications/code": .signedIn,
        "POST /account/dependants": .signedIn,
        "POST /account/dependants/removal": .signedIn,
        "POST /account/sessions/end": .signedIn,
        "POST /sign-out": .signedIn,
        "POST /sign-out/everywhere": .signedIn,

        // booking: free times are everybody's; appointments are their patient's and their practice's, which the feature checks
        "GET /v1/doctors/:id/slots": .everybody,
        "GET /v1/public-holidays": .everybody,
        "GET /v1/calendar-feeds/:token": .everybody,
        "GET /doctors/:id/times": .everybody,
        "POST /v1/bookings": .signedIn,
        "GET /v1/bookings": .signedIn,
        "GET /v1/bookings/:id": .signedIn,
        "GET /v1/bookings/:id/history": .signedIn,
        "GET /v1/bookings/:id/calendar.ics": .signedIn,
        "POST /v1/bookings/:id/hold-extension": .signedIn,
        "POST /v1/bookings/:id/confirmation": .signedIn,
        "POST /v1/bookings/:id/cancellation": .signedIn,
        "POST /v1/bookings/:id/reschedule": .signedIn,
        "POST /v1/bookings/:id/follow-ups": .signedIn,
        "POST /v1/bookings/:id/no-show-dispute": .signedIn,
        "GET /v1/waitlist-entries": .signedIn,
        "POST /v1/waitlist-entries": .signedIn,
        "DELETE /v1/waitlist-entries/:id": .signedIn,
        "GET /bookings": .signedIn,
        "POST /bookings": .signedIn,
        "GET /bookings/new": .signedIn,
        "GET /bookings/:id": .signedIn,
        "GET /bookings/:id/calendar.ics": .signedIn,
        "POST /bookings/:id/confirm": .signedIn,
        "POST /bookings/:id/more-time": .signedIn,
        "POST /bookings/:id/release": .signedIn,
        "GET /bookings/:id/cancel": .signedIn,
        "POST /bookings/:id/cancel": .signedIn,
        "GET /bookings/:id/move": .signedIn,
        "POST /bookings/:id/move": .signedIn,

        // booking: a practice's own work
        "POST /v1/bookings/:id/approval": .practice,
        "POST /v1/bookings/:id/check-in": .practice,
        "POST /v1/bookings/:id/completion": .practice,
        "POST /v1/bookings/:id/no-show": .practice,
        "POST /v1/bookings/:id/dispute-decision": .practice,
        "GET /v1/doctors/:id/bookings": .practice,
        "GET /v1/doctors/:id/schedules/:practice": .practice,
        "PUT /v1/doctors/:id/schedules/:practice": .practice,
        "POST /v1/doctors/:id/exceptions": .practice,
        "DELETE /v1/doctors/:id/exceptions/:exception": .practice,
        "POST /v1/doctors/:id/calendar-feed": .practice,
        "DELETE /v1/doctors/:id/calendar-feed": .practice,
        "GET /practice/doctors/:id/day": .practice,
        "GET /practice/doctors/:id/week": .practice,
        "POST /practice/doctors/:id/blocked-times": .practice,
        "GET /practice/bookings/:id": .practice,
        "POST /practice/bookings/:id": .practice,
        "PUT /v1/public-holidays/:day": .roles([.administrator]),
        "DELETE /v1/public-holidays/:day": .roles([.administrator]),

        // booking as FHIR R4, read only
        "GET /fhir/metadata": .everybody,
        "GET /fhir/Practitioner/:id": .everybody,
        "GET /fhir/Schedule": .everybody,
        "GET /fhir/Schedule/:id": .everybody,
        "GET /fhir/Slot": .everybody,
        "GET /fhir/Appointment": .signedIn,
        "GET /fhir/Appointment/:id": .signedIn,
    ]
}

extension AccessRule {
    /// Doctors and those who work for them.
    fileprivate static var practice: AccessRule { .roles([.doctor, .staff]) }
}
