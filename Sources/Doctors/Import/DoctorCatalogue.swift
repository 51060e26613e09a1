import Domain
import Foundation

/// A file of doctors read into memory, checked as an import would, without a database.
public struct DoctorCatalogue: Sendable {
    /// Every doctor at every practice. Doctors are numbered from 1 in the file's order, practices likewise.
    public let listings: [DoctorListing]
    /// The terminology of the data directory.
    public let terminology: Terminology

    /// - Parameters:
    ///   - path: JSON Lines or CSV, by its name.
    ///   - dataDirectory: where `specialties.csv`, `languages.csv` and `schemes.csv` are.
    ///   - onBadRow: told every row that is passed over, by its line.
    /// - Throws: `ImportError`, `ReferenceDataError`.
    public init(
        path: String, dataDirectory: String, now: Date = Date(), onBadRow: (_ line: Int, _ problems: [RowProblem]) -> Void
    ) throws {
        let reference = try ReferenceFiles(directory: dataDirectory)
        let rules = DoctorRules(vocabularies: reference.vocabularies, now: now)
        let file = try ImportFile(path: path)
        defer { file.close() }
        var rows = try ImportRows(LineReader(file.handle), format: ImportFormat(path: path))
        var listings: [DoctorListing] = []
        var doctorID: Int64 = 0
        while let row = try rows.next() {
            switch row.content.mapError({ RowProblems(list: [$0]) }).flatMap(rules.doctor) {
            case .success(let doctor) where doctor.facts.verification_state != "rejected":
                doctorID += 1
                listings += doctor.listings(doctorID: doctorID, firstPracticeID: Int64(listings.count + 1))
            case .success: break
            case .failure(let problems): onBadRow(row.lineNumber, problems.list)
            }
        }
        self.listings = listings
        terminology = reference.terminology
    }
}

extension ImportedDoctor {
    fileprivate func listings(doctorID: Int64, firstPracticeID: Int64) -> [DoctorListing] {
        guard !practices.isEmpty else { return [listing(doctorID: doctorID, practice: nil)] }
        return practices.enumerated().map { index, practice in
            listing(doctorID: doctorID, practice: practice.listed(id: firstPracticeID + Int64(index)))
        }
    }

    private func listing(doctorID: Int64, practice: DoctorListing.Practice?) -> DoctorListing {
        DoctorListing(
            doctorID: doctorID, displayName: facts.display_name, registrationNumber: facts.hpcsa_number,
            isVerified: facts.verification_state == "verified", gender: facts.gender, biography: facts.biography ?? "",
            telehealth: facts.telehealth, rating: facts.rating.map { NSDecimalNumber(decimal: $0).doubleValue },
            reviewCount: facts.review_count, isSample: facts.is_sample, specialties: specialties.map(\.slug),
            subSpecialties: facts.sub_specialties, languages: languages, schemes: schemes.map(\.slug), practice: practice)
    }
}

extension ImportedPractice {
    fileprivate func listed(id: Int64) -> DoctorListing.Practice {
        DoctorListing.Practice(
            id: id, name: facts.name ?? "", address: facts.address, suburb: facts.suburb, city: facts.city,
            province: facts.province, latitude: facts.latitude, longitude: facts.longitude, showsFees: shows_fees,
            firstVisitCents: fees["first_visit"], nextAvailableAt: next_available_at)
    }
}
