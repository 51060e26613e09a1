import java.io.IOException;
import java.util.Collection;
import java.util.StringJoiner;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.search.*;
import org.apache.lucene.util.NumericUtils;

/** Exact counts of all matches by specialty and by rating, of an index of one segment. */
final class Facets extends SimpleCollector {
    private static final double[] EDGES = {2, 3, 4, 4.5};
    final int[] ratings = new int[EDGES.length + 1];
    private int[] specialties = new int[0];
    private SortedSetDocValues names;
    private SortedNumericDocValues values;

    static Facets of(IndexSearcher searcher, Query query) throws IOException {
        return searcher.search(query, new CollectorManager<Facets, Facets>() {
            @Override
            public Facets newCollector() {
                return new Facets();
            }

            @Override
            public Facets reduce(Collection<Facets> collectors) {
                return collectors.iterator().next();
            }
        });
    }

    @Override
    protected void doSetNextReader(LeafReaderContext context) throws IOException {
        names = DocValues.getSortedSet(context.reader(), "specialty");
        values = DocValues.getSortedNumeric(context.reader(), "rating");
        specialties = new int[(int) names.getValueCount()];
    }

    @Override
    public void collect(int doc) throws IOException {
        if (names.advanceExact(doc)) {
            for (int left = names.docValueCount(); left > 0; left--) specialties[(int) names.nextOrd()]++;
        }
        if (values.advanceExact(doc)) {
            double rating = NumericUtils.sortableLongToDouble(values.nextValue());
            int bucket = 0;
            while (bucket < EDGES.length && rating >= EDGES[bucket]) bucket++;
            ratings[bucket]++;
        }
    }

    @Override
    public ScoreMode scoreMode() {
        return ScoreMode.COMPLETE_NO_SCORES;
    }

    /** "name:count" of every specialty found, separated by spaces. */
    String specialties() throws IOException {
        StringJoiner found = new StringJoiner(" ");
        for (int i = 0; i < specialties.length; i++) {
            if (specialties[i] > 0) found.add(names.lookupOrd(i).utf8ToString() + ":" + specialties[i]);
        }
        return found.toString();
    }
}
