import CContract
import HTTPTypes
import Hummingbird
import NIOCore
import Web

/// `/openapi.json`: the contract of every route, the same file the tests hold the server to.
struct ContractRoutes {
    func add(to router: Router<AppRequestContext>) {
        router.get("/openapi.json") { request, _ in
            try RequestParameters(query: request).finish()
            return Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
                body: .init(byteBuffer: ByteBuffer(bytes: UnsafeBufferPointer(start: contract_bytes(), count: contract_byte_count()))))
        }
    }
}
