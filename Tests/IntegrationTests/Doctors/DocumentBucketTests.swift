import CurlClient
import Foundation
import Testing

@testable import Doctors

@Suite(
    "Doctors: documents", .enabled(if: MotoServer.isInstalled, "moto is missing: tools/setup --tests installs it"), .timeLimit(.minutes(15)))
struct DocumentBucketTests {
    static let now = ISO8601DateFormatter().date(from: "2026-11-26T10:00:00Z")!

    static func bucket(_ endpoint: String) throws -> DocumentBucket {
        try #require(
            DocumentBucket(
                endpoint: endpoint, bucket: MotoServer.bucket, region: "af-south-1", accessKey: "AKIA0123456789", secretKey: "se/cr+et"))
    }

    /// boto3 at a standing clock, for the same request.
    private static let signer = """
        import datetime, sys, boto3, botocore.auth
        from botocore.config import Config
        endpoint, bucket, key, kind, length, time = sys.argv[1:]
        now = datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ")
        botocore.auth.get_current_datetime = lambda *a, **k: now
        client = boto3.client("s3", endpoint_url=endpoint, region_name="af-south-1", aws_access_key_id="AKIA0123456789",
            aws_secret_access_key="se/cr+et", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
        if kind == "PUT":
            print(client.generate_presigned_url("put_object", ExpiresIn=300, Params={"Bucket": bucket, "Key": key,
                "ContentType": "application/pdf", "ContentLength": int(length)}))
        else:
            print(client.generate_presigned_url("get_object", ExpiresIn=300, Params={"Bucket": bucket, "Key": key,
                "ResponseContentType": "application/pdf", "ResponseCacheControl": "private, no-store",
                "ResponseContentDisposition": 'attachment; filename="identity.pdf"'}))
        """

    /// The parameters of an address, whatever their order.
    private func parameters(_ address: String) throws -> [String: String] {
        let items = try #require(URLComponents(string: address)?.queryItems)
        return Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.value ?? "") })
    }

    @Test(
        "boto3 makes the same addresses, signature included",
        arguments: [
            "https://s3.af-south-1.amazonaws.com", "http://127.0.0.1:9000", "https://store.example:8443", "http://store.example:80",
        ])
    func sameAsBoto(endpoint: String) throws {
        let bucket = try Self.bucket(endpoint)
        let key = "verifications/0a b+c~é"
        let time = "2026-11-26T10:00:00Z"
        let put = bucket.uploadAddress(key, .pdf, sizeBytes: 1234, at: Self.now, secondsValid: 300)
        let theirPut = try MotoServer.python(Self.signer, [endpoint, MotoServer.bucket, key, "PUT", "1234", time])
        #expect(try parameters(put) == parameters(theirPut))
        let get = bucket.downloadAddress(key, .pdf, name: "identity", at: Self.now, secondsValid: 300)
        let theirGet = try MotoServer.python(Self.signer, [endpoint, MotoServer.bucket, key, "GET", "0", time])
        #expect(try parameters(get) == parameters(theirGet))
        #expect(put.prefix { $0 != "?" } == theirPut.replacing(":80/", with: "/").prefix { $0 != "?" })
    }

    @Test("What is put by a presigned address is found, measured, read in part and as a whole, and deleted") func roundTrip() async throws {
        let moto = try await MotoServer.shared.value
        let bucket = try Self.bucket(moto.url)
        let bytes = Array("%PDF-1.7\nnothing personal".utf8)
        let key = "verifications/\(UUID().uuidString)"
        #expect(try await bucket.object(key) == nil)
        let address = bucket.uploadAddress(key, .pdf, sizeBytes: bytes.count, at: Date(), secondsValid: 300)
        let put = try await moto.http.send(
            CurlRequest(method: "PUT", url: address, headers: [("Content-Type", "application/pdf")], body: bytes))
        #expect(put.status == 200)
        let object = try #require(try await bucket.object(key))
        #expect(object.sizeBytes == bytes.count)
        #expect(DocumentType(firstBytes: try await bucket.firstBytes(key, of: object)) == .pdf)
        let read = try await moto.http.send(
            CurlRequest(url: bucket.downloadAddress(key, .pdf, name: "identity", at: Date(), secondsValid: 300)))
        #expect(read.body == bytes)
        #expect(read.header("Content-Type") == "application/pdf")
        try await bucket.delete(key)
        try await bucket.delete(key)
        #expect(try await bucket.object(key) == nil)
    }

    @Test("A relayed file arrives as it is") func relay() async throws {
        let moto = try await MotoServer.shared.value
        let bucket = try Self.bucket(moto.url)
        let bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        try await bucket.put(bytes, .png, at: "verifications/relayed")
        #expect(try await bucket.object("verifications/relayed")?.sizeBytes == bytes.count)
    }
}
