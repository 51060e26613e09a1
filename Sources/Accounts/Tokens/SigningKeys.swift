import CryptoExtras
import CurlClient
import Foundation
import Web

/// An issuer's public keys, fetched when needed and kept for as long as the issuer says. An unknown key id fetches once
/// more, at most once a minute, because keys rotate; while the issuer cannot be reached, kept keys hold until they expire.
actor SigningKeys {
    /// Bytes of the key set and for how many seconds they may be kept.
    typealias Fetch = @Sendable () async throws -> (bytes: [UInt8], maxAgeSeconds: Double)

    private static let refetchSeconds = 60.0
    private static let fewestBits = 2048

    private let fetch: Fetch
    private var keys: [String: _RSA.Signing.PublicKey] = [:]
    private var expiresAt = Date.distantPast
    private var mayFetchAt = Date.distantPast
    private var fetching: Task<Void, any Error>?

    init(fetch: @escaping Fetch) { self.fetch = fetch }

    /// From a JSON Web Key Set over HTTP.
    init(url: String, client: CurlClient) {
        self.init {
            let response = try await client.send(CurlRequest(url: url, deadlineMilliseconds: 5_000, maximumResponseBytes: 1_000_000))
            guard response.status == 200 else { throw Problem.keysUnavailable }
            return (response.body, response.maxAgeSeconds)
        }
    }

    /// Nil where the issuer has no such key.
    /// - Parameter id: nil means the issuer's only key, if it has but one (OpenID Connect Core 1.0 section 10.1).
    /// - Throws: 503 when there are no keys and none can be fetched.
    func key(_ id: String?, now: Date) async throws -> _RSA.Signing.PublicKey? {
        let isExpired = now >= expiresAt
        if !isExpired, let key = kept(id) { return key }
        if isExpired || now >= mayFetchAt { await refresh(now: now) }
        guard now < expiresAt else { throw Problem.keysUnavailable }
        return kept(id)
    }

    private func kept(_ id: String?) -> _RSA.Signing.PublicKey? {
        if let id { keys[id] } else { keys.count == 1 ? keys.first?.value : nil }
    }

    /// Callers at the same time share one fetch.
    private func refresh(now: Date) async {
        if let fetching { return _ = try? await fetching.value }
        guard now >= mayFetchAt else { return }
        mayFetchAt = now + Self.refetchSeconds
        let task = Task { try await load(now: now) }
        fetching = task
        defer { fetching = nil }
        do { try await task.value } catch where keys.isEmpty || now >= expiresAt {
            // Without keys nobody can sign in: try again soon.
            mayFetchAt = now + 5
        } catch {}
    }

    private func load(now: Date) async throws {
        let (bytes, maxAgeSeconds) = try await fetch()
        let set = try JSONDecoder().decode(KeySet.self, from: Data(bytes))
        keys = Dictionary(set.keys.compactMap(\.publicKey), uniquingKeysWith: { first, _ in first })
        expiresAt = now + min(max(maxAgeSeconds, 60), 86_400)
    }

    private struct KeySet: Decodable { let keys: [Key] }

    /// RFC 7517; keys of other kinds and uses are passed over.
    private struct Key: Decodable {
        let kty: String
        let kid: String?
        let use: String?
        let alg: String?
        let n: String?
        let e: String?

        var publicKey: (String, _RSA.Signing.PublicKey)? {
            guard kty == "RSA", use ?? "sig" == "sig", alg ?? "RS256" == "RS256", let kid, let n = n.flatMap(Base64URL.decode),
                let e = e.flatMap(Base64URL.decode), let key = try? _RSA.Signing.PublicKey(n: n, e: e), key.keySizeInBits >= SigningKeys.fewestBits
            else { return nil }
            return (kid, key)
        }
    }
}

extension CurlResponse {
    /// `Cache-Control: max-age` less `Age`; an hour where nothing is said.
    fileprivate var maxAgeSeconds: Double {
        let directives = (header("Cache-Control") ?? "").lowercased().split(separator: ",").map { $0.drop { $0 == " " } }
        guard let age = directives.first(where: { $0.hasPrefix("max-age=") }).flatMap({ Double($0.dropFirst(8)) }) else { return 3600 }
        return age - (header("Age").flatMap(Double.init) ?? 0)
    }
}

extension Problem {
    static let keysUnavailable = Problem.unavailable(retryAfterSeconds: 10, detail: "Signing in this way does not work just now. Try again, or use another way.")
}
