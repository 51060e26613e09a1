import Testing

@testable import Web

@Suite struct UploadFormTests {
    @Test(
        "The boundary of a content type",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;boundary=\"a b\"", "a b"), ("multipart/form-data", nil),
            ("multipart/form-data; boundary=", nil), ("application/x-www-form-urlencoded; boundary=a", nil),
            ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), nil),
        ])
    func boundary(_ contentType: String, _ boundary: String?) {
        #expect(UploadForm.boundary(of: contentType) == boundary)
    }

    @Test("What a browser writes is read as it was, whatever the bytes") func roundTrip() throws {
        for seed in UInt64(0)..<300 {
            var generator = SeededRandom(seed: seed)
            let boundary = "--b\(seed)"
            // made of what a boundary is made of, so that near misses are common
            let pieces: [[UInt8]] = [
                Array("\r\n".utf8), Array("--".utf8), Array(boundary.utf8.dropLast()), [0], [0xFF], Array("name=\"x\"".utf8),
            ]
            var contents: [(name: String, bytes: [UInt8])] = []
            for index in 0..<Int.random(in: 0...4, using: &generator) {
                var bytes: [UInt8] = []
                for _ in 0..<Int.random(in: 0...12, using: &generator) { bytes += pieces.randomElement(using: &generator) ?? [] }
                contents.append(("field\(index)", bytes))
            }
            var body: [UInt8] = []
            for (name, bytes) in contents {
                body +=
                    Array(
                        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"f\"\r\nContent-Type: x/y\r\n\r\n"
                            .utf8) + bytes
                body += Array("\r\n".utf8)
            }
            body += Array("--\(boundary)--\r\n".utf8)
            let parts = try #require(UploadForm.parts(body, boundary: Array(boundary.utf8)), "seed \(seed)")
            #expect(parts.map(\.name) == contents.map(\.name), "seed \(seed)")
            #expect(parts.map { Array($0.bytes) } == contents.map(\.bytes), "seed \(seed)")
        }
    }

    @Test("A body that is cut anywhere before its end is refused") func cut() {
        let body = Array("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--b--".utf8)
        #expect(UploadForm.parts(body, boundary: [UInt8(ascii: "b")])?.count == 1)
        for length in 0..<body.count {
            #expect(UploadForm.parts(Array(body.prefix(length)), boundary: [UInt8(ascii: "b")]) == nil, "\(length)")
        }
    }
}
