import Accounts
import Foundation
import Logging
import Postgres
import Web

/// Everything an operator can set, read from the environment once, at start. No other code reads the environment.
public struct Configuration: Sendable {
    /// `RTD_DATABASE_URL`: libpq connection string or URL; TLS is set in it. Default: the local database `ratethedoctor`.
    public var databaseURL = "postgresql:///ratethedoctor"
    /// `RTD_SEARCH_DATABASE_URL`: what the search index is made from and follows: a streaming standby of the database, or by
    /// default the database itself.
    public var searchDatabaseURL: String?
    /// `RTD_DATABASE_CONNECTIONS`: 1…500, default 16.
    public var databaseConnections = 16
    /// `RTD_HOST`: address to listen on, default `127.0.0.1`.
    public var host = "127.0.0.1"
    /// `RTD_PORT`: 0…65535, default 8080; 0 lets the system choose.
    public var port = 8080
    /// `RTD_SECRET`: at least 64 hexadecimal digits, the same on all servers behind one address. Signs cursors and seals
    /// words in addresses. Without it the server makes one up, and links to a second page end with its process.
    public var secret: [UInt8]?
    /// `RTD_INDEX_DIRECTORY`: where index snapshots lie, default `.local/index`.
    public var indexDirectory = ".local/index"
    /// `RTD_DATA_DIRECTORY`: the committed data files, default `Data`.
    public var dataDirectory = "Data"
    /// `RTD_OPENAI_BASE_URL`: any server that speaks OpenAI's dialect, with its `/v1`; no model is asked without it or a key.
    /// Default with a key: OpenAI's own.
    public var openAIBaseURL: String?
    /// `RTD_OPENAI_API_KEY`: sent as bearer token. Default: none.
    public var openAIKey: String?
    /// `RTD_OPENAI_MODEL`: default `gpt-4.1-mini`.
    public var openAIModel = "gpt-4.1-mini"
    /// `RTD_OPENAI_API`: `responses` or `chat-completions`; default `responses`.
    public var openAIDialect = "responses"
    /// `RTD_OPENAI_DEADLINE_MS`: the longest an answer waits for the model, 100…30000 milliseconds, default 2500.
    public var openAIDeadlineMilliseconds = 2_500
    /// `RTD_OPENAI_REQUESTS_A_DAY`: 0…10000000, default 20000; beyond it answers are made without the model.
    public var openAIRequestsADay = 20_000
    /// `RTD_SYMPTOM_RETENTION_DAYS`: how long words are kept that somebody let us keep, 1…365 days, default 30.
    public var symptomRetentionDays = 30
    /// `RTD_DICTIONARY`: plain English words, one a line, which the symptom checker never takes for misspellings; default
    /// `/usr/share/dict/british-english`, of Debian's package wbritish.
    public var dictionary = "/usr/share/dict/british-english"
    /// `RTD_S3_ENDPOINT`: an S3-compatible store for doctors' documents, scheme and host, as in `https://s3.af-south-1.amazonaws.com`.
    /// Default: none, and nobody can be verified. The other four belong to it.
    public var documentEndpoint: String?
    /// `RTD_S3_BUCKET`: private, addressed by path.
    public var documentBucketName = ""
    /// `RTD_S3_REGION`: default `us-east-1`, which stores without regions take.
    public var documentRegion = "us-east-1"
    /// `RTD_S3_ACCESS_KEY`: may put, get and delete objects of the bucket.
    public var documentAccessKey = ""
    /// `RTD_S3_SECRET_KEY`: of the access key; never printed.
    public var documentSecretKey = ""
    /// `RTD_PREVIOUS_SECRET`: the secret before the current one; access tokens made with it hold until they expire.
    public var previousSecret: [UInt8]?
    /// `RTD_TRUSTED_PROXIES`: addresses or ranges with commas whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    /// Default: none.
    public var trustedProxies: [AddressRange] = []
    /// `RTD_FIELD_KEYS`: `1:<64 hexadecimal digits>,2:<…>`. Seals ID numbers, membership numbers, notes and authenticator secrets;
    /// the highest number seals, the others still open until `rotate-field-keys` is done. Without it such fields are refused.
    public var fieldKeys: FieldCipher?
    /// `RTD_BREACHED_PASSWORDS`: a sorted file of SHA-1 hashes in hexadecimal, as Have I Been Pwned gives them. Default: none,
    /// only the small list of guessable passwords is checked.
    public var breachedPasswords: String?
    /// `RTD_PASSWORD_COST`: what a password costs to try, scrypt's rounds as a power of two, 10…20, default 15: 32 MiB and about a
    /// tenth of a second. Stored hashes of another cost hold, and are replaced at the next sign-in.
    public var passwordCost = 15
    /// `RTD_FIREBASE_PROJECT`: whose ID tokens sign in. Default: none.
    public var firebaseProject: String?
    /// `RTD_ID_TOKEN_ISSUER`, `RTD_ID_TOKEN_AUDIENCE`, `RTD_ID_TOKEN_KEYS_URL`: the same for any other OpenID Connect provider; all
    /// three or none.
    public var idTokenIssuer: String?
    public var idTokenAudience: String?
    public var idTokenKeysURL: String?
    /// `RTD_CODES_TO_CONSOLE`: `true` writes codes that open accounts to the log, for development. Default false.
    public var codesToConsole = false
    /// `RTD_CLIENT_LIMITS`: `off` counts no client address, for load tests, whose clients share one. Codes and passwords stay
    /// limited. Default `on`.
    public var limitsClients = true
    /// `RTD_BASE_URL`: the site as people and Twilio reach it, `https://…`; stands in messages, and in what Twilio signs. Default: where it
    /// listens, for development.
    public var baseURL: String?
    /// `RTD_SMTP_URL`: who takes e-mails, `smtps://host:465` or `smtp://host:587` with STARTTLS. Default: none, e-mails go to the log
    /// by kind and id.
    public var smtpURL: String?
    /// `RTD_SMTP_USER` and `RTD_SMTP_PASSWORD`: for that server. Default: it asks for none.
    public var smtpUser: String?
    public var smtpPassword: String?
    /// `RTD_MAIL_FROM`: `Name <address>` or an address; required with `RTD_SMTP_URL`.
    public var mailFrom: String?
    /// `RTD_TWILIO_ACCOUNT_SID`, `RTD_TWILIO_AUTH_TOKEN` and `RTD_TWILIO_FROM` (a number, a sender's name or a messaging service `MG…`): all
    /// or none. Default: none, text messages go to the log.
    public var twilioAccountSID: String?
    public var twilioAuthToken: String?
    public var twilioFrom: String?
    /// `RTD_TWILIO_BASE_URL`: default Twilio's own.
    public var twilioBaseURL = "https://api.twilio.com"
    /// `RTD_FCM_SERVICE_ACCOUNT`: path of the key file of a Firebase service account; its `token_uri` says where tokens come from. Default:
    /// none, push messages go to the log.
    public var fcmServiceAccount: String?
    /// `RTD_FCM_BASE_URL`: default Google's own.
    public var fcmBaseURL = "https://fcm.googleapis.com"
    /// `RTD_NOTIFICATIONS_CONSOLE_BODIES`: `true` prints addresses and words of channels without a provider to standard output. For
    /// development only; default `false`.
    public var printsNotificationBodies = false
    /// `RTD_REMINDER_EMAIL_HOURS`, `RTD_REMINDER_SMS_HOURS`, `RTD_REMINDER_PUSH_HOURS`: how long before a visit reminders come, whole
    /// hours from 1 to 720 with commas, or `none`; default `168,24`, `24` and `24`.
    public var reminderEmailHours = [168, 24]
    public var reminderSMSHours = [24]
    public var reminderPushHours = [24]
    /// `RTD_LOG_LEVEL`: trace, debug, info, notice, warning, error or critical; default info.
    public var logLevel = Logger.Level.info

    /// What is wrong with the environment, all of it.
    public struct Invalid: Error, CustomStringConvertible {
        public let problems: [String]
        public var description: String { problems.joined(separator: "\n") }
    }

    /// - Throws: `Invalid` with one line for every variable that cannot be used.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(Invalid) {
        var problems: [String] = []
        func text(_ name: String, _ target: inout String) {
            if let value = environment[name], !value.isEmpty { target = value }
        }
        func integer(_ name: String, _ range: ClosedRange<Int>, _ target: inout Int) {
            guard let value = environment[name], !value.isEmpty else { return }
            guard let number = Int(value), range.contains(number) else {
                return problems.append("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            target = number
        }
        text("RTD_DATABASE_URL", &databaseURL)
        if let value = environment["RTD_SEARCH_DATABASE_URL"], !value.isEmpty { searchDatabaseURL = value }
        integer("RTD_DATABASE_CONNECTIONS", 1...500, &databaseConnections)
        text("RTD_HOST", &host)
        integer("RTD_PORT", 0...65_535, &port)
        text("RTD_INDEX_DIRECTORY", &indexDirectory)
        text("RTD_DATA_DIRECTORY", &dataDirectory)
        text("RTD_DICTIONARY", &dictionary)
        if let value = environment["RTD_OPENAI_BASE_URL"], !value.isEmpty { openAIBaseURL = value }
        if let value = environment["RTD_OPENAI_API_KEY"], !value.isEmpty { openAIKey = value }
        text("RTD_OPENAI_MODEL", &openAIModel)
        text("RTD_OPENAI_API", &openAIDialect)
        if !["responses", "chat-completions"].contains(openAIDialect) { problems.append("RTD_OPENAI_API must be responses or chat-completions") }
        integer("RTD_OPENAI_DEADLINE_MS", 100...30_000, &openAIDeadlineMilliseconds)
        integer("RTD_OPENAI_REQUESTS_A_DAY", 0...10_000_000, &openAIRequestsADay)
        integer("RTD_SYMPTOM_RETENTION_DAYS", 1...365, &symptomRetentionDays)
        if let value = environment["RTD_S3_ENDPOINT"], !value.isEmpty { documentEndpoint = value }
        text("RTD_S3_BUCKET", &documentBucketName)
        text("RTD_S3_REGION", &documentRegion)
        text("RTD_S3_ACCESS_KEY", &documentAccessKey)
        text("RTD_S3_SECRET_KEY", &documentSecretKey)
        if documentEndpoint != nil, documentBucket == nil {
            problems.append("RTD_S3_ENDPOINT must be http(s)://host and needs RTD_S3_BUCKET, RTD_S3_ACCESS_KEY and RTD_S3_SECRET_KEY")
        }
        func choice(_ name: String, _ no: String, _ yes: String, _ target: inout Bool) {
            guard let value = environment[name], !value.isEmpty else { return }
            if value == no || value == yes { target = value == yes } else { problems.append("\(name) must be \(no) or \(yes)") }
        }
        func optional(_ name: String, _ target: inout String?) {
            if let value = environment[name], !value.isEmpty { target = value }
        }
        choice("RTD_CODES_TO_CONSOLE", "false", "true", &codesToConsole)
        choice("RTD_CLIENT_LIMITS", "off", "on", &limitsClients)
        integer("RTD_PASSWORD_COST", 10...20, &passwordCost)
        optional("RTD_BREACHED_PASSWORDS", &breachedPasswords)
        optional("RTD_FIREBASE_PROJECT", &firebaseProject)
        optional("RTD_ID_TOKEN_ISSUER", &idTokenIssuer)
        optional("RTD_ID_TOKEN_AUDIENCE", &idTokenAudience)
        optional("RTD_ID_TOKEN_KEYS_URL", &idTokenKeysURL)
        if ![0, 3].contains([idTokenIssuer, idTokenAudience, idTokenKeysURL].count(where: { $0 != nil })) {
            problems.append("RTD_ID_TOKEN_ISSUER, RTD_ID_TOKEN_AUDIENCE and RTD_ID_TOKEN_KEYS_URL go together")
        }
        if let keys = environment["RTD_FIELD_KEYS"], !keys.isEmpty {
            fieldKeys = FieldCipher(keys)
            if fieldKeys == nil { problems.append("RTD_FIELD_KEYS must be like 1:<64 hexadecimal digits>,2:<64 hexadecimal digits>") }
        }
        if let list = environment["RTD_TRUSTED_PROXIES"], !list.isEmpty {
            let ranges = list.split(separator: ",").map { AddressRange(String($0)) }
            trustedProxies = ranges.compactMap { $0 }
            if trustedProxies.count < ranges.count { problems.append("RTD_TRUSTED_PROXIES must be addresses or ranges, like 10.0.0.0/8") }
        }
        if let digits = environment["RTD_PREVIOUS_SECRET"], !digits.isEmpty {
            previousSecret = Configuration.bytes(hexadecimal: digits)
            if (previousSecret?.count ?? 0) < 32 { problems.append("RTD_PREVIOUS_SECRET must be at least 64 hexadecimal digits") }
        }
        func hours(_ name: String, _ target: inout [Int]) {
            guard let value = environment[name], !value.isEmpty else { return }
            let numbers = value == "none" ? [] : value.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard numbers.allSatisfy({ (1...720).contains($0) }), Set(numbers).count == numbers.count else {
                return problems.append("\(name) must be different whole numbers from 1 to 720 with commas, or none")
            }
            target = numbers
        }
        optional("RTD_BASE_URL", &baseURL)
        optional("RTD_SMTP_URL", &smtpURL)
        optional("RTD_SMTP_USER", &smtpUser)
        optional("RTD_SMTP_PASSWORD", &smtpPassword)
        optional("RTD_MAIL_FROM", &mailFrom)
        optional("RTD_TWILIO_ACCOUNT_SID", &twilioAccountSID)
        optional("RTD_TWILIO_AUTH_TOKEN", &twilioAuthToken)
        optional("RTD_TWILIO_FROM", &twilioFrom)
        text("RTD_TWILIO_BASE_URL", &twilioBaseURL)
        optional("RTD_FCM_SERVICE_ACCOUNT", &fcmServiceAccount)
        text("RTD_FCM_BASE_URL", &fcmBaseURL)
        choice("RTD_NOTIFICATIONS_CONSOLE_BODIES", "false", "true", &printsNotificationBodies)
        hours("RTD_REMINDER_EMAIL_HOURS", &reminderEmailHours)
        hours("RTD_REMINDER_SMS_HOURS", &reminderSMSHours)
        hours("RTD_REMINDER_PUSH_HOURS", &reminderPushHours)
        problems += notificationProblems
        if let digits = environment["RTD_SECRET"], !digits.isEmpty {
            secret = Configuration.bytes(hexadecimal: digits)
            if (secret?.count ?? 0) < 32 { problems.append("RTD_SECRET must be at least 64 hexadecimal digits") }
        }
        if let name = environment["RTD_LOG_LEVEL"], !name.isEmpty {
            if let level = Logger.Level(rawValue: name) { logLevel = level } else {
                problems.append("RTD_LOG_LEVEL must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        guard problems.isEmpty else { throw Invalid(problems: problems) }
    }

    private static func bytes(hexadecimal digits: String) -> [UInt8]? {
        let values = digits.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard values.count.isMultiple(of: 2), !values.contains(nil) else { return nil }
        let nibbles = values.compactMap { $0 }
        return stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
    }

    var database: PostgresConfiguration {
        PostgresConfiguration(connectionString: databaseURL, maximumConnections: databaseConnections)
    }

    /// A pool of its own for the standby; the follower works with one connection at a time, `reindex` with another.
    func followedPool(beside pool: PostgresPool, logger: Logger) -> PostgresPool {
        guard let searchDatabaseURL else { return pool }
        return PostgresPool(
            configuration: PostgresConfiguration(connectionString: searchDatabaseURL, maximumConnections: 4), logger: logger)
    }
}
