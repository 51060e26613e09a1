import HTTPTypes

extension HTTPField.Name {
    /// `X-Request-Id`: the id of a request, accepted from callers and returned.
    public static let xRequestID = fieldName("X-Request-Id")
    static let contentTypeOptions = fieldName("X-Content-Type-Options")
    /// `Referrer-Policy`: what a browser tells the next address of this one.
    public static let referrerPolicy = fieldName("Referrer-Policy")
    static let crossOriginOpenerPolicy = fieldName("Cross-Origin-Opener-Policy")
    static let crossOriginResourcePolicy = fieldName("Cross-Origin-Resource-Policy")
    static let forwardedFor = fieldName("X-Forwarded-For")
    static let forwardedProtocol = fieldName("X-Forwarded-Proto")
    static let rateLimit = fieldName("RateLimit")
    static let rateLimitPolicy = fieldName("RateLimit-Policy")
    static let secFetchSite = fieldName("Sec-Fetch-Site")
    static let permissionsPolicy = fieldName("Permissions-Policy")

    private static func fieldName(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is not an HTTP field name") }
        return name
    }
}
