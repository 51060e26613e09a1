import Testing

@testable import Accounts

@Suite struct AddressTests {
    @Test("South African numbers are read as people write them", arguments: [
        ("082 123 4567", "+27821234567"), ("0821234567", "+27821234567"), ("27821234567", "+27821234567"), ("+27 (0)82 123 4567", "+27821234567"),
        ("+27 82-123-4567", "+27821234567"), ("0027821234567", "+27821234567"), ("061 234 5678", "+27612345678"), ("+44 7911 123456", "+447911123456"),
        ("00447911123456", "+447911123456"),
    ])
    func numbers(written: String, number: String) { #expect(PhoneNumber(written)?.text == number) }

    @Test("What is no cell number is not", arguments: ["", "011 123 4567", "0861 123 456", "12345", "082 123 456", "082 123 45678", "+27 11 123 4567", "hello", "+", "+0821234567", "7911123456", "0801234567", "٠٨٢١٢٣٤٥٦٧"])
    func noNumbers(written: String) { #expect(PhoneNumber(written) == nil) }

    @Test("E-mail addresses are kept in lower case; what cannot be one is not", arguments: [
        ("Ann@Example.COM", "ann@example.com"), ("a.b+c@d-e.co.za", "a.b+c@d-e.co.za"), ("ann", nil), ("ann@", nil), ("@example.com", nil),
        ("ann@example", nil), ("a b@example.com", nil), ("ann@@example.com", nil), ("ann@-a.com", nil), ("ann@a..com", nil), ("änn@example.com", nil),
        ("ann@example.com\u{0}", nil), ("ann,bob@example.com", nil), ("o'neil/sales=x@example.com", "o'neil/sales=x@example.com"), (".ann@example.com", nil), ("ann..b@example.com", nil),
        ("ann@exa*mple.com", nil), ("\"ann\"@example.com", nil),
    ])
    func emails(written: String, email: String?) { #expect(EmailAddress(written)?.text == email) }

    @Test("ID numbers: thirteen digits, a date, a check digit, and each fault for itself", arguments: [
        ("7503305044089", nil), ("8503305044089", SouthAfricanID.Fault.wrongCheckDigit), ("750330504408", .notThirteenDigits),
        ("75033050440890", .notThirteenDigits), ("7503x05044089", .notThirteenDigits), ("7513305044089", .noSuchDate), ("7502305044089", .noSuchDate),
        ("", .notThirteenDigits),
    ])
    func idNumbers(number: String, fault: SouthAfricanID.Fault?) { #expect(SouthAfricanID.fault(number) == fault) }

    @Test("Of an ID number's check digits exactly one is right")
    func checkDigit() {
        #expect((0...9).filter { SouthAfricanID.fault("750330504408\($0)") == nil } == [9])
    }

    @Test("After signing in a browser goes to a page of ours and nowhere else", arguments: [
        ("/account", "/account"), ("/doctors/12?a=b", "/doctors/12?a=b"), ("//evil.example", nil), ("https://evil.example", nil), ("/\\evil.example", nil),
        ("", nil), ("/a\r\nSet-Cookie: x", nil), ("javascript:alert(1)", nil), ("/\u{e9}", nil),
    ])
    func next(text: String, page: String?) { #expect(NextPage.checked(text) == page) }
}
