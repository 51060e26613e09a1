import HTTPTypes

extension Problem {
    /// 401: say who you are, or sign in again.
    public static let unauthenticated = Problem(
        .unauthorized,
        code: "request.unauthenticated",
        title: "Please sign in",
        detail: "This needs somebody who is signed in. Sign in, then try again.",
        headers: [.wwwAuthenticate: "Bearer"]
    )

    /// 403: this account may not do that.
    public static let forbidden = Problem(
        .forbidden,
        code: "request.forbidden",
        title: "Not allowed",
        detail: "Your account may not do this."
    )

    static let forgedForm = Problem(
        .forbidden,
        code: "request.forged_form",
        title: "This form is no longer valid",
        detail: "The form was not made for your current sign-in. Go back, load the page again and send it once more."
    )

    static let crossSite = Problem(
        .forbidden,
        code: "request.cross_site",
        title: "Sent from another site",
        detail: "Forms of this site can only be sent from this site."
    )
}
