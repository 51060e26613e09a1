import CCurl
import Foundation

/// No answer came: no connection, deadline passed, response too large or a request libcurl refuses.
public struct CurlError: Error, Sendable, CustomStringConvertible {
    /// libcurl's `CURLcode`.
    public let code: Int
    /// Fit for a log: method, URL without user, query and fragment, and libcurl's sentence. Never a header or a body.
    public let description: String

    /// Whether the deadline passed.
    public var isTimeout: Bool { code == Int(CURLE_OPERATION_TIMEDOUT.rawValue) }

    init(_ code: CURLcode, request: CurlRequest) {
        self.code = Int(code.rawValue)
        let sentence = curl_easy_strerror(code).map { String(cString: $0) } ?? "unknown error"
        description = "\(request.method) \(Self.plainURL(request.url)): \(sentence) (\(code.rawValue))"
    }

    private static func plainURL(_ url: String) -> String {
        guard var parts = URLComponents(string: url) else { return "(unreadable URL)" }
        parts.query = nil
        parts.fragment = nil
        parts.user = nil
        parts.password = nil
        return parts.string ?? "(unreadable URL)"
    }
}
