import Foundation
import HTTPTypes
import Hummingbird
import Metrics
import NIOCore
import Search
import Web

/// `/healthz`: the process answers. `/readyz`: searches can be answered, and whether they are up to date.
struct HealthRoutes {
    let search: SearchFeature

    /// An index so far behind its database is reported as degraded.
    private static let tolerableSecondsBehind = 10.0

    func add(to router: Router<AppRequestContext>) {
        router.get("/healthz") { request, _ in
            try RequestParameters(query: request).finish()
            return Self.response(.ok) { $0.member("status", "ok") }
        }
        router.get("/readyz") { [search] request, _ in
            try RequestParameters(query: request).finish()
            return Self.response(search.readiness())
        }
    }

    /// A server that lost its database still answers searches, so it stays ready: taking every server away because
    /// the database is gone would turn a stale search into none.
    private static func response(_ readiness: IndexReadiness) -> Response {
        guard case .serving(let documents, let generation, let secondsBehind, let failingSince) = readiness else {
            return response(.serviceUnavailable) {
                $0.member("status", "starting")
                $0.key("reasons")
                $0.array { $0.string("The search index is still loading.") }
            }
        }
        Gauge(label: "search_index_documents").record(documents)
        Gauge(label: "search_index_seconds_behind").record(secondsBehind)
        var reasons: [String] = []
        if let failingSince {
            reasons.append("The database cannot be followed since \(failingSince.formatted(.iso8601)).")
        }
        if secondsBehind > tolerableSecondsBehind { reasons.append("The search index is \(Int(secondsBehind)) s behind.") }
        return response(.ok) { json in
            json.member("status", reasons.isEmpty ? "ready" : "degraded")
            json.key("reasons")
            json.array { json in reasons.forEach { json.string($0) } }
            json.key("index")
            json.object {
                $0.member("documents", documents)
                $0.member("generation", generation)
                $0.key("seconds_behind")
                $0.double(secondsBehind, decimals: 3)
            }
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ members: (inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter()
        json.object { members(&$0) }
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
