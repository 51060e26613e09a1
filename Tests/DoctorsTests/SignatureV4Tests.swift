import Crypto
import Foundation
import Testing

@testable import Doctors

/// Against what AWS publishes, "Signature calculation examples" in the API references of IAM and S3; `DocumentBucketTests` has more by boto3.
@Suite struct SignatureV4Tests {
    @Test("The signing key of AWS's example") func signingKey() {
        let signature = SignatureV4(accessKey: "", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: "us-east-1")
        let key = signature.signingKey(day: "20150830", service: "iam").withUnsafeBytes { Array($0) }
        #expect(SignatureV4.hexadecimal(key) == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    }

    @Test("The presigned address of AWS's example") func presigned() throws {
        let signature = SignatureV4(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1")
        let query = signature.presignedQuery(
            method: "GET", path: "/test.txt", headers: [("Host", "examplebucket.s3.amazonaws.com")],
            at: try #require(ISO8601DateFormatter().date(from: "2013-05-24T00:00:00Z")), secondsValid: 86_400)
        #expect(
            query == """
                X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
                &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
                &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404
                """)
    }

    @Test("Only unreserved characters stay as they are") func encoding() {
        #expect(SignatureV4.encoded("aZ09-._~ /+=é") == "aZ09-._~%20%2F%2B%3D%C3%A9")
        #expect(SignatureV4.encoded("a/b c", keeping: "/") == "a/b%20c")
    }
}

@Suite struct DocumentTypeTests {
    @Test(
        "A file is what its first bytes say",
        arguments: [
            (Array("%PDF-1.7\n".utf8), "application/pdf"), ([0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 74, 70], "image/jpeg"),
            ([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0], "image/png"), (Array("<html><b".utf8), nil), (Array("GIF89a..".utf8), nil),
            (Array("MZ%PDF-1".utf8), nil), ([0x89, 0x50, 0x4E, 0x47], nil), ([], nil),
        ] as [([UInt8], String?)])
    func firstBytes(_ bytes: [UInt8], _ type: String?) {
        #expect(DocumentType(firstBytes: bytes)?.rawValue == type)
    }

    @Test(
        "Endpoints and buckets that are none are refused",
        arguments: [
            ("s3.example.com", "documents"), ("ftp://s3.example.com", "documents"), ("https://s3.example.com/path", "documents"),
            ("https://", "documents"), ("https://key@s3.example.com", "documents"), ("https://s3.example.com", "Documents"),
            ("https://s3.example.com", "a"), ("https://s3.example.com", "a/b"),
        ])
    func endpoints(_ endpoint: String, _ bucket: String) {
        #expect(DocumentBucket(endpoint: endpoint, bucket: bucket, region: "us-east-1", accessKey: "a", secretKey: "b") == nil)
    }
}
