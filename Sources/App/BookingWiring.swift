import Accounts
import Audit
import Booking
import Doctors
import Foundation
import Web

extension BookingFeature.Dependencies {
    /// What booking asks of doctors and accounts.
    init(_ accounts: AccountsFeature) {
        self.init(
            doctor: { try await DoctorsFeature.bookableDoctor($0, on: $1) },
            setAvailability: { try await DoctorsFeature.setAvailability(doctorID: $0, practiceID: $1, nextFreeAt: $2, freeHalfDays: $3, on: $4) },
            worksFor: { principal, doctorID, practiceID, database in
                guard !principal.roles.isDisjoint(with: [.doctor, .staff]) else { return false }
                let acts = try await AccountsFeature.actsFor(principal, on: database)
                if acts.doctorIDs.contains(doctorID) { return true }
                let practices = try await DoctorsFeature.practices(ofDoctor: doctorID, on: database)
                return !acts.practiceIDs.isDisjoint(with: practiceID.map { practices.intersection([$0]) } ?? practices)
            },
            persons: { try await AccountsFeature.bookablePersons(accountID: $0, on: $1).map { BookingFeature.BookablePerson(id: $0.id, name: $0.name) } },
            names: { try await accounts.names(of: $0) },
            audit: { principal, action, subject, connection in
                try await AuditLog.append(AuditEntry(actor: principal.accountID, action: action, subject: subject), on: connection)
            })
    }
}
