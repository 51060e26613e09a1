import CCurl
import Foundation
import Synchronization

/// One HTTP request under way: its libcurl handle and what has been received so far.
///
/// `@unchecked Sendable`: after `submit` only the loop's thread touches it, libcurl's callbacks included.
final class HTTPTransfer: Transfer, @unchecked Sendable {
    private let request: CurlRequest
    let flag: CancellationFlag
    private let continuation: CheckedContinuation<CurlResponse, any Error>
    let deadline: ContinuousClock.Instant
    private var handle: UnsafeMutableRawPointer?
    private var requestHeaders: UnsafeMutablePointer<curl_slist>?
    private var headers: [(name: String, value: String)] = []
    private var body: [UInt8] = []
    private var receivedBytes = 0

    init(
        _ request: CurlRequest, isCancelled: CancellationFlag,
        continuation: CheckedContinuation<CurlResponse, any Error>
    ) {
        self.request = request
        self.flag = isCancelled
        self.continuation = continuation
        deadline = .now + .milliseconds(request.deadlineMilliseconds)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(requestHeaders)
    }

    func cancel() { continuation.resume(throwing: CancellationError()) }

    func finish(_ result: CURLcode) {
        let isTooLarge = receivedBytes > request.maximumResponseBytes
        let code = isTooLarge ? CURLE_FILESIZE_EXCEEDED : result
        guard code == CURLE_OK else { return continuation.resume(throwing: CurlError(code, method: request.method, url: request.url)) }
        var status = 0
        _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        continuation.resume(returning: CurlResponse(status: status, headers: headers, body: body))
    }

    /// The configured handle, or nil if the request was refused and its sender told so.
    func prepare() -> UnsafeMutableRawPointer? {
        let lines = request.headers.flatMap { [$0.name, $0.value] } + [request.method, request.url]
        let hasControls = lines.contains { $0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
        guard !hasControls, !request.method.isEmpty else {
            finish(CURLE_BAD_FUNCTION_ARGUMENT)
            return nil
        }
        handle = curl_easy_init()
        guard let handle else {
            finish(CURLE_OUT_OF_MEMORY)
            return nil
        }
        let failures = (limits(handle) + target(handle) + receivers(handle)).filter { $0 != CURLE_OK }
        guard failures.isEmpty else {
            finish(failures[0])
            return nil
        }
        return handle
    }

    private func limits(_ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        [
            ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, remainingMilliseconds)),
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            // Else a cancelled transfer would hold up all others until its name look-up ends.
            ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1),
        ]
    }

    private func target(_ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        // libcurl adds these two to requests with a body; an empty value takes them out.
        let given = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let isTyped = request.headers.contains { $0.name.lowercased() == "content-type" }
        for line in given + ["Expect:"] + (isTyped ? [] : ["Content-Type:"]) {
            requestHeaders = curl_slist_append(requestHeaders, line)
        }
        var results = [
            ccurl_set_string(handle, CURLOPT_URL, request.url),
            ccurl_set_list(handle, CURLOPT_HTTPHEADER, requestHeaders),
        ]
        if let body = request.body {
            results.append(ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            results.append(ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, body))
        }
        if request.method == "HEAD" { results.append(ccurl_set_long(handle, CURLOPT_NOBODY, 1)) }
        results.append(ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method))
        return results
    }

    private func receivers(_ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return [
            ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context),
            ccurl_set_data_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                HTTPTransfer.receive(bytes, size * count, context) { $0.addHeader($1) }
            },
            ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context),
            ccurl_set_data_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                HTTPTransfer.receive(bytes, size * count, context) { $0.body.append(contentsOf: $1) }
            },
        ]
    }

    /// Bytes taken; 0 makes libcurl fail the transfer.
    private static func receive(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        take: (HTTPTransfer, UnsafeRawBufferPointer) -> Void
    ) -> Int {
        guard let context else { return 0 }
        let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
        transfer.receivedBytes += count
        guard transfer.receivedBytes <= transfer.request.maximumResponseBytes else { return 0 }
        take(transfer, UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    }

    private func addHeader(_ bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") { headers = [] }  // what came before belongs to an interim answer (100)
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
        headers.append((String(line[..<colon]), value))
    }
}
