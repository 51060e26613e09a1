import CurlClient
import Foundation

/// A private bucket of any S3-compatible store, addressed by path (`https://host/bucket/key`). Senders and reviewers reach one object
/// for a few minutes by a signed address; nothing in it is public.
public struct DocumentBucket: Sendable {
    /// Scheme, host and port.
    private let origin: String
    private let host: String
    private let bucket: String
    private let signature: SignatureV4
    private let client: CurlClient

    /// - Parameters:
    ///   - endpoint: scheme, host and port, as in `https://s3.af-south-1.amazonaws.com`.
    ///   - region: as in `af-south-1`; stores without regions take `us-east-1`.
    /// - Returns: nil for an endpoint that is not `http://` or `https://` and a host, or a bucket that is no bucket's name.
    public init?(endpoint: String, bucket: String, region: String, accessKey: String, secretKey: String, client: CurlClient = CurlClient())
    {
        guard let parts = URLComponents(string: endpoint), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, ["", "/"].contains(parts.path), parts.query == nil, parts.user == nil,
            bucket.wholeMatch(of: /[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/) != nil
        else { return nil }
        let isDefaultPort = parts.port == nil || parts.port == (scheme == "https" ? 443 : 80)
        self.host = isDefaultPort ? host : "\(host):\(parts.port ?? 0)"
        origin = "\(scheme)://\(self.host)"
        self.bucket = bucket
        signature = SignatureV4(accessKey: accessKey, secretKey: secretKey, region: region)
        self.client = client
    }

    /// An object as the store knows it.
    struct Object: Equatable {
        let sizeBytes: Int
        let entityTag: String
    }

    /// Where one file of exactly this type and size may be put.
    func uploadAddress(_ key: String, _ type: DocumentType, sizeBytes: Int, at now: Date, secondsValid: Int) -> String {
        address(
            "PUT", key, headers: [("content-length", String(sizeBytes)), ("content-type", type.rawValue)], at: now,
            secondsValid: secondsValid)
    }

    /// Where the object may be read, as a file to keep and never as a page of the store's.
    func downloadAddress(_ key: String, _ type: DocumentType, name: String, at now: Date, secondsValid: Int) -> String {
        let query = [
            ("response-cache-control", "private, no-store"),
            ("response-content-disposition", "attachment; filename=\"\(name).\(type.fileExtension)\""),
            ("response-content-type", type.rawValue),
        ]
        return address("GET", key, query: query, at: now, secondsValid: secondsValid)
    }

    /// - Returns: nil where there is no such object.
    /// - Throws: `DocumentBucketError`, `CurlError`.
    func object(_ key: String) async throws -> Object? {
        let response = try await send("HEAD", key)
        guard response.status != 404 else { return nil }
        guard response.status == 200, let size = response.header("Content-Length").flatMap({ Int($0) }), let tag = response.header("ETag")
        else {
            throw DocumentBucketError(status: response.status)
        }
        return Object(sizeBytes: size, entityTag: tag)
    }

    /// The first bytes of an object that is as it was.
    /// - Throws: `DocumentBucketError`, also when it is another object by now; `CurlError`.
    func firstBytes(_ key: String, of object: Object) async throws -> [UInt8] {
        let last = DocumentType.signatureLength - 1
        let response = try await send("GET", key, headers: [("Range", "bytes=0-\(last)"), ("If-Match", object.entityTag)])
        guard [200, 206].contains(response.status) else { throw DocumentBucketError(status: response.status) }
        return response.body
    }

    /// Keeps a file that came through this server.
    /// - Throws: `DocumentBucketError`, `CurlError`.
    func put(_ bytes: [UInt8], _ type: DocumentType, at key: String) async throws {
        let address = uploadAddress(key, type, sizeBytes: bytes.count, at: Date(), secondsValid: 60)
        let response = try await client.send(
            CurlRequest(method: "PUT", url: address, headers: [("Content-Type", type.rawValue)], body: bytes))
        guard response.status == 200 else { throw DocumentBucketError(status: response.status) }
    }

    /// Also where there is none.
    /// - Throws: `DocumentBucketError`, `CurlError`.
    func delete(_ key: String) async throws {
        let response = try await send("DELETE", key)
        guard [200, 204, 404].contains(response.status) else { throw DocumentBucketError(status: response.status) }
    }

    private func send(_ method: String, _ key: String, headers: [(name: String, value: String)] = []) async throws -> CurlResponse {
        try await client.send(
            CurlRequest(
                method: method, url: address(method, key, at: Date(), secondsValid: 60), headers: headers, deadlineMilliseconds: 5_000,
                maximumResponseBytes: DocumentType.mostBytes + 100_000))
    }

    private func address(
        _ method: String, _ key: String, query: [(String, String)] = [], headers: [(name: String, value: String)] = [], at now: Date,
        secondsValid: Int
    ) -> String {
        let path = "/" + SignatureV4.encoded("\(bucket)/\(key)", keeping: "/")
        let query = signature.presignedQuery(
            method: method, path: path, query: query, headers: headers + [("host", host)], at: now, secondsValid: secondsValid)
        return "\(origin)\(path)?\(query)"
    }
}

/// The store answered something that helps nobody.
struct DocumentBucketError: Error, CustomStringConvertible {
    let status: Int
    var description: String { "the document store answered \(status)" }
}
