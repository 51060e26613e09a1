/// What every page says about the site itself, in the footer and on the help page.
public struct SiteInformation: Sendable {
    /// A source of data that has to be named.
    public struct DataSource: Sendable {
        /// Who made the data and what it is.
        public let name: String
        /// The name of the licence, for example `CC BY 4.0`.
        public let licence: String
        /// Where it comes from, an `https` address.
        public let address: String

        public init(name: String, licence: String, address: String) {
            self.name = name
            self.licence = licence
            self.address = address
        }
    }

    /// The name on every page.
    public let name: String
    /// True if doctors are made up; every page then says so.
    public let isSampleData: Bool
    /// Named on the help page, in this order.
    public let dataSources: [DataSource]

    public init(name: String = "RateTheDoctor", isSampleData: Bool, dataSources: [DataSource] = []) {
        self.name = name
        self.isSampleData = isSampleData
        self.dataSources = dataSources
    }
}
