import SearchIndex
import TextAnalysis

extension TermList {
    init(_ text: AnalysedText) { self.init(bytes: text.bytes, ends: text.ends) }
}
