import Accounts
import Audit
import Booking
import Doctors
import Web

extension DoctorsFeature.Dependencies {
    /// What verifying doctors asks of accounts, and their profile of booking.
    init(_ accounts: AccountsFeature, _ booking: BookingFeature) {
        self.init(
            link: { context, account, doctorID, connection in
                try await accounts.linkDoctor(
                    doctorID, to: account, by: context.principal?.accountID, requestID: context.requestID, on: connection)
            },
            audit: { context, action, subject, connection in
                try await AuditLog.append(
                    AuditEntry(
                        actor: context.principal?.accountID, action: action, subject: subject, requestID: context.requestID,
                        addressHash: context.clientAddress?.hash),
                    on: connection)
            },
            reviewerName: { account in
                guard let person = try await accounts.ownPerson(accountID: account) else { return nil }
                return try await accounts.names(of: [person])[person]
            },
            freeTimes: { try await booking.freeTimes(doctorID: $0) })
    }
}

extension Configuration {
    /// The store for doctors' documents; nil where none is set up, or not wholly.
    var documentBucket: DocumentBucket? {
        guard let documentEndpoint, !documentAccessKey.isEmpty, !documentSecretKey.isEmpty else { return nil }
        return DocumentBucket(
            endpoint: documentEndpoint, bucket: documentBucketName, region: documentRegion, accessKey: documentAccessKey,
            secretKey: documentSecretKey)
    }
}
