extension PlaceDirectory {
    /// The places of a `places.csv`, without a database.
    /// - Throws: `PlacesFileError` with every line that is wrong.
    public init(csv: [UInt8]) throws { self.init(try PlacesFiles.readPlaces(csv)) }
}
