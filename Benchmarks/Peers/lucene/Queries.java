import org.apache.lucene.document.*;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.*;
import org.apache.lucene.search.BooleanClause.Occur;

/** Logged queries as Lucene's. */
final class Queries {
    private static final String[] TAGS = {"specialty", "scheme", "language", "telehealth"};
    private static final int ALL_EXPANSIONS = 1_024;

    static Query query(LoggedQuery logged) {
        BooleanQuery.Builder parts = new BooleanQuery.Builder();
        String[] words = logged.words();
        if (words.length > 0) parts.add(text(logged, words), Occur.MUST);
        for (String tag : TAGS) if (logged.has(tag)) parts.add(new TermQuery(new Term(tag, logged.text(tag))), Occur.FILTER);
        if (logged.has("radius_km")) parts.add(circle(logged), Occur.FILTER);
        if (logged.has("min_rating"))
            parts.add(DoubleField.newRangeQuery("rating", logged.number("min_rating"), Double.MAX_VALUE), Occur.FILTER);
        if (logged.has("max_fee_cents"))
            parts.add(LongField.newRangeQuery("fee", 0, (long) logged.number("max_fee_cents")), Occur.FILTER);
        if (logged.has("available_before"))
            parts.add(LongField.newRangeQuery("free", 0, (long) logged.number("available_before") - 1), Occur.FILTER);
        return parts.build();
    }

    private static Query text(LoggedQuery logged, String[] words) {
        Occur occur = logged.text("match").equals("all") ? Occur.MUST : Occur.SHOULD;
        BooleanQuery.Builder parts = new BooleanQuery.Builder();
        for (int i = 0; i < words.length; i++) parts.add(word(logged, words[i], i == words.length - 1), occur);
        return parts.build();
    }

    private static Query word(LoggedQuery logged, String word, boolean isLast) {
        Term term = new Term(logged.text("fields"), word);
        if (logged.text("expand").equals("prefix") && isLast) return new PrefixQuery(term);
        if (logged.text("expand").equals("typo") && word.length() >= 4) return new FuzzyQuery(term, 1, 0, ALL_EXPANSIONS, false);
        return new TermQuery(term);
    }

    /** Lucene takes whichever side is cheaper for the rest of the query. */
    private static Query circle(LoggedQuery logged) {
        double lat = logged.number("lat"), lon = logged.number("lon"), metres = logged.number("radius_km") * 1_000;
        return new IndexOrDocValuesQuery(
            LatLonPoint.newDistanceQuery("place", lat, lon, metres), LatLonDocValuesField.newSlowDistanceQuery("place", lat, lon, metres));
    }

    /** {@code null} for the text's score. */
    static Sort sort(LoggedQuery logged) {
        SortField first = switch (logged.text("sort")) {
            case "text" -> null;
            case "distance" -> LatLonDocValuesField.newDistanceSort("place", logged.number("lat"), logged.number("lon"));
            case "soonest" -> LongField.newSortField("free", false, SortedNumericSelector.Type.MIN, Long.MAX_VALUE);
            case "blend" -> new Blend(logged).getSortField(true);
            default -> throw new IllegalArgumentException("no such sort in the log: " + logged.text("sort"));
        };
        return first == null ? null : new Sort(first, new SortField("id", SortField.Type.LONG));
    }
}
