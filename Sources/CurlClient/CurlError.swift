import CCurl
import Foundation

/// No answer came: no connection, deadline passed, response too large or a request libcurl refuses.
public struct CurlError: Error, Sendable, CustomStringConvertible {
    /// libcurl's `CURLcode`.
    public let code: Int
    /// Fit for a log: method, URL without user, query and fragment, and libcurl's sentence. Never a header or a body.
    public let description: String

    /// Whether nothing was sent: no name found, no connection, no TLS.
    public var isUnsent: Bool {
        [CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION]
            .contains { code == Int($0.rawValue) }
    }

    /// Whether the deadline passed.
    public var isTimeout: Bool { code == Int(CURLE_OPERATION_TIMEDOUT.rawValue) }

    init(_ code: CURLcode, method: String, url: String) {
        self.code = Int(code.rawValue)
        let sentence = curl_easy_strerror(code).map { String(cString: $0) } ?? "unknown error"
        description = "\(method) \(Self.plainURL(url)): \(sentence) (\(code.rawValue))"
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
