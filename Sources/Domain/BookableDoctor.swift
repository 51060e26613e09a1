/// What booking needs to know of a doctor.
public struct BookableDoctor: Sendable {
    public struct Practice: Sendable {
        public let id: Int64
        public let name: String
        /// Street, suburb, town: as much as is known.
        public let address: String
        /// By kind of visit, `first_visit` and so on.
        public let feesCents: [String: Int]

        public init(id: Int64, name: String, address: String, feesCents: [String: Int]) {
            self.id = id
            self.name = name
            self.address = address
            self.feesCents = feesCents
        }
    }
    public let name: String
    /// Only verified doctors are booked.
    public let isVerified: Bool
    public let practices: [Practice]

    public init(name: String, isVerified: Bool, practices: [Practice]) {
        self.name = name
        self.isVerified = isVerified
        self.practices = practices
    }
}
