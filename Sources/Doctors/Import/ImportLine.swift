import Foundation

/// Everything one line of an import file says.
struct ImportLine: Decodable {
    let doctor: DoctorRow
    /// The first practice.
    let practice: PracticeRow
    /// Names the format does not know.
    let unknownFields: [String]

    private static let knownFields = Set(
        DoctorRow.CodingKeys.allCases.map(\.rawValue) + PracticeRow.CodingKeys.allCases.map(\.rawValue))

    init(from decoder: any Decoder) throws {
        let names = try decoder.container(keyedBy: FieldName.self).allKeys.map(\.stringValue)
        unknownFields = names.filter { !Self.knownFields.contains($0) }
        doctor = try DoctorRow(from: decoder)
        practice = try PracticeRow(from: decoder)
    }

    /// Reads the JSON object in the bytes.
    static func parse(_ bytes: some Sequence<UInt8>) throws(RowProblem) -> ImportLine {
        guard let text = String(validating: Array(bytes), as: UTF8.self) else {
            throw RowProblem(nil, "is not valid UTF-8")
        }
        do {
            return try JSONDecoder().decode(ImportLine.self, from: Data(text.utf8))
        } catch let error as DecodingError {
            throw RowProblem(error)
        } catch {
            throw RowProblem(nil, "is not valid JSON")
        }
    }
}

private struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
