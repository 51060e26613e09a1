/// What words say about the words beside them: the kinds of line of `context.jsonl`.
enum ContextKind: String, Sendable, CaseIterable, Decodable {
    /// What follows is not there: "no", "without". Ends at a comma, unless an "or" shows that a list goes on.
    case negation
    /// The same through a whole list: "denies", "negative for".
    case negationOfList = "negation-of-list"
    /// What stands before is not there: "is absent", "was ruled out".
    case negationBehind = "negation-behind"
    /// Looks like a negation and is none: "not only", "no relief".
    case noNegation = "no-negation"
    /// A negation or a question ends here: "except", "because".
    case stop
    /// So does what is told of the past: "but", "now".
    case contrast
    /// What follows was in the past: "history of".
    case past
    /// The clause tells of the past: "years ago".
    case pastClause = "past-clause"
    /// The clause tells of now, whatever else it says: "since", "today".
    case now
    /// What follows is asked or feared, not felt: "risk of", "what if".
    case hypothetical
    /// The clause is about knowledge or chance: "in a film", "article about".
    case hypotheticalClause = "hypothetical-clause"
    /// What follows runs in the family.
    case family
    /// Not meant as it is said: "heart is broken".
    case figurative
}

/// How a sign is meant.
public enum Assertion: String, Sendable, CaseIterable {
    case present, negated, past, hypothetical, family, figurative
}
