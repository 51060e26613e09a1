import Hummingbird

extension Request {
    /// The version that a change is about, where entity tags are versions: 3 for `If-Match: "3"`; nil without the header and for `*`.
    /// - Throws: 400 for anything but one such tag.
    public func ifMatchVersion() throws(Problem) -> Int? {
        guard let sent = headers[.ifMatch], sent != "*" else { return nil }
        guard let tag = sent.wholeMatch(of: /"([0-9]{1,9})"/), let version = Int(tag.1) else {
            throw .invalidRequest([FieldError("If-Match", code: "wrong_type", detail: "Send the ETag of what you read, like \"3\".")])
        }
        return version
    }

    /// - Throws: 428 without a version: an update that could overwrite somebody says which version it is about.
    public func requireIfMatchVersion() throws(Problem) -> Int {
        if let version = try ifMatchVersion() { return version }
        throw Problem(
            .preconditionRequired, code: "request.if_match_required", title: "Say which version you mean",
            detail: "Send If-Match with the ETag of what you read.")
    }
}
