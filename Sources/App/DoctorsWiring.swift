import Doctors
import Web

extension DoctorsFeature.Dependencies {
    /// Accounts fills these: `link` adds to `doctor_accounts` and the role of a doctor, `audit` appends to the audit log with the caller's
    /// account, request id and address, `reviewerName` is what an account's own person is called. Until then nobody can sign in, so nobody
    /// can ask for any of it, and what asks all the same is refused.
    static var site: DoctorsFeature.Dependencies {
        DoctorsFeature.Dependencies(
            link: { _, _, _ in throw Problem.unavailable(retryAfterSeconds: 86_400, detail: "There are no accounts here yet.") },
            audit: { _, _, _, _ in throw Problem.unavailable(retryAfterSeconds: 86_400, detail: "There are no accounts here yet.") },
            reviewerName: { _ in nil })
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
