import CCurl
import Foundation

/// One mail under way: its libcurl handle, what is left to send and what the server said.
///
/// `@unchecked Sendable`: after `submit` only the loop's thread touches it, libcurl's callbacks included.
final class MailTransfer: Transfer, @unchecked Sendable {
    private let mail: CurlMail
    let flag: CancellationFlag
    private let continuation: CheckedContinuation<CurlMailReply, any Error>
    let deadline: ContinuousClock.Instant
    private var handle: UnsafeMutableRawPointer?
    private var recipients: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var sentBytes = 0
    private var lastReply = ""
    /// libcurl says good-bye after a refusal, and the answer to that is the last reply.
    private var lastRefusal: String?

    init(_ mail: CurlMail, isCancelled: CancellationFlag, continuation: CheckedContinuation<CurlMailReply, any Error>) {
        self.mail = mail
        self.flag = isCancelled
        self.continuation = continuation
        deadline = .now + .milliseconds(mail.deadlineMilliseconds)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(recipients)
        errorText.deallocate()
    }

    func cancel() { continuation.resume(throwing: CancellationError()) }

    func finish(_ result: CURLcode) {
        let reply = result == CURLE_OK ? lastReply : lastRefusal
        guard let reply, let status = Int(reply.prefix(3)), result != CURLE_OPERATION_TIMEDOUT else {
            return continuation.resume(throwing: CurlError(result, method: "MAIL", url: mail.url))
        }
        // libcurl tells the step by its message only.
        let isRecipientRefused = result != CURLE_OK && String(cString: errorText).hasPrefix("RCPT failed")
        continuation.resume(
            returning: CurlMailReply(status: status, enhancedStatus: Self.enhancedStatus(reply), isRecipientRefused: isRecipientRefused))
    }

    private static func enhancedStatus(_ reply: String) -> String? {
        let words = reply.dropFirst(4).split(separator: " ", maxSplits: 1)
        guard let word = words.first, word.split(separator: ".").count == 3, word.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
        return String(word)
    }

    func prepare() -> UnsafeMutableRawPointer? {
        let addresses = [mail.sender, mail.recipient]
        let arePlain = addresses.allSatisfy { address in
            !address.isEmpty && address.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } && !address.contains { "<>,".contains($0) }
        }
        guard arePlain, !mail.url.utf8.contains(where: { $0 < 0x20 }) else {
            finish(CURLE_BAD_FUNCTION_ARGUMENT)
            return nil
        }
        handle = curl_easy_init()
        guard let handle else {
            finish(CURLE_OUT_OF_MEMORY)
            return nil
        }
        let failures = (limits(handle) + envelope(handle) + streams(handle)).filter { $0 != CURLE_OK }
        guard failures.isEmpty else {
            finish(failures[0])
            return nil
        }
        return handle
    }

    private func limits(_ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        let mayBePlain = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(URLComponents(string: mail.url)?.host ?? "")
        let encryption = mayBePlain ? CURLUSESSL_TRY : CURLUSESSL_ALL
        return [
            ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            ccurl_set_long(handle, CURLOPT_USE_SSL, Int(encryption.rawValue)),
            ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, remainingMilliseconds)),
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1),
            ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText),
        ]
    }

    private func envelope(_ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        recipients = curl_slist_append(recipients, "<\(mail.recipient)>")
        var results = [
            ccurl_set_string(handle, CURLOPT_URL, mail.url),
            ccurl_set_string(handle, CURLOPT_MAIL_FROM, "<\(mail.sender)>"),
            ccurl_set_list(handle, CURLOPT_MAIL_RCPT, recipients),
        ]
        if let user = mail.user, let password = mail.password {
            results.append(ccurl_set_string(handle, CURLOPT_USERNAME, user))
            results.append(ccurl_set_string(handle, CURLOPT_PASSWORD, password))
        }
        return results
    }

    private func streams(_ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return [
            ccurl_set_long(handle, CURLOPT_UPLOAD, 1),
            ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(mail.message.count)),
            ccurl_set_pointer(handle, CURLOPT_READDATA, context),
            ccurl_set_data_function(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
                guard let context, let bytes else { return 0 }
                let transfer = Unmanaged<MailTransfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
            },
            ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context),
            ccurl_set_data_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                guard let context else { return 0 }
                let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
                Unmanaged<MailTransfer>.fromOpaque(context).takeUnretainedValue().hear(line.trimmingCharacters(in: .whitespacesAndNewlines))
                return size * count
            },
        ]
    }

    private func hear(_ line: String) {
        lastReply = line
        if line.hasPrefix("4") || line.hasPrefix("5") { lastRefusal = line }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, mail.message.count - sentBytes)
        buffer.copyBytes(from: mail.message[sentBytes..<sentBytes + count])
        sentBytes += count
        return count
    }
}
