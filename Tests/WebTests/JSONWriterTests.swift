import Foundation
import Testing

@testable import Web

@Suite struct JSONWriterTests {
    @Test("Whatever is written reads back the same through Foundation, for 2 000 random values")
    func randomValuesReadBack() throws {
        var random = SeededRandom.printed()
        for _ in 0..<2000 {
            let value = JSONValue.random(using: &random, depth: 4)
            var json = JSONWriter()
            json.write(value)
            let read = try JSONSerialization.jsonObject(with: Data(json.bytes), options: .fragmentsAllowed)
            #expect(value.equals(read), "\(String(decoding: json.bytes, as: UTF8.self))")
        }
    }

    @Test("Unrounded numbers read back as the same Double, for 5 000 random bit patterns")
    func exactNumbers() throws {
        var random = SeededRandom.printed()
        for _ in 0..<5000 {
            let number = Double(bitPattern: .random(in: 0 ... .max, using: &random))
            guard number.isFinite else { continue }
            var json = JSONWriter()
            json.array { $0.double(number) }
            #expect(try JSONDecoder().decode([Double].self, from: Data(json.bytes)) == [number])
        }
    }

    @Test("Rounded numbers are the nearest, with the digits asked for, for 5 000 random numbers")
    func roundedNumbers() throws {
        var random = SeededRandom.printed()
        for _ in 0..<5000 {
            let number = Double.random(in: -1e6...1e6, using: &random)
            let decimals = Int.random(in: 0...6, using: &random)
            var json = JSONWriter()
            json.double(number, decimals: decimals)
            let text = String(decoding: json.bytes, as: UTF8.self)
            let read = try #require(Double(text))
            #expect(abs(read - number) <= 0.5000001 * pow(10, -Double(decimals)) + number.ulp, "\(number) to \(decimals): \(text)")
            #expect(text.split(separator: ".").dropFirst().first?.count ?? 0 == decimals)
        }
    }

    @Test("Edge numbers are valid JSON", arguments: [
        (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-0.006, 2, "-0.01"), (999_999_999.996, 2, "1000000000.00"), (1e9, 2, "1000000000.0"),
        (.nan, 2, "null"), (-.infinity, 2, "null"), (0.05, 3, "0.050"), (12.5, 0, "13"), (-26.1076, 4, "-26.1076"),
    ])
    func edgeNumbers(number: Double, decimals: Int, expected: String) {
        var json = JSONWriter()
        json.double(number, decimals: decimals)
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
    }

    @Test("Commas stand between members and elements and nowhere else, also after reuse")
    func commas() {
        var json = JSONWriter()
        for _ in 0..<2 {
            json.removeAll()
            json.object {
                $0.member("a", 1)
                $0.member("b", true)
                $0.key("c")
                $0.array {
                    $0.null()
                    $0.object { _ in }
                    $0.array { _ in }
                    $0.raw("[1,2]")
                }
                $0.key(escaping: "q\"")
                $0.double(0.1)
            }
            #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"a":1,"b":true,"c":[null,{},[],[1,2]],"q\"":0.1}"#)
        }
    }

    @Test("Control characters, quotes and backslashes are escaped; others pass as UTF-8")
    func escapes() {
        var json = JSONWriter()
        json.string("\u{0}\u{1f}\n\r\t\"\\/ḓé😀\u{2028}\u{7f}")
        #expect(String(decoding: json.bytes, as: UTF8.self) == "\"\\u0000\\u001f\\n\\r\\t\\\"\\\\/ḓé😀\u{2028}\u{7f}\"")
    }
}

extension JSONWriter {
    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let digits): Int(digits).map { int($0) } ?? double(Double(digits) ?? .nan)
        case .string(let text): string(text)
        case .array(let elements): array { for element in elements { $0.write(element) } }
        case .object(let members):
            object {
                for member in members {
                    $0.key(escaping: member.name)
                    $0.write(member.value)
                }
            }
        }
    }
}
