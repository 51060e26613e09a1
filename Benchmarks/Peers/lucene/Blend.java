import java.io.IOException;
import org.apache.lucene.geo.GeoEncodingUtils;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.search.DoubleValues;
import org.apache.lucene.search.DoubleValuesSource;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.NumericUtils;
import org.apache.lucene.util.SloppyMath;

/** The blended score as a value source over doc values, Lucene's way to rank by a formula. */
final class Blend extends DoubleValuesSource {
    private static final double HORIZON_MINUTES = 43_200;
    private final double lat, lon, metres, now;

    Blend(LoggedQuery logged) {
        lat = logged.number("lat");
        lon = logged.number("lon");
        metres = logged.number("radius_km") * 1_000;
        now = logged.number("now");
    }

    @Override
    public DoubleValues getValues(LeafReaderContext context, DoubleValues scores) throws IOException {
        SortedNumericDocValues places = DocValues.getSortedNumeric(context.reader(), "place");
        SortedNumericDocValues ratings = DocValues.getSortedNumeric(context.reader(), "rating");
        SortedNumericDocValues slots = DocValues.getSortedNumeric(context.reader(), "free");
        return new DoubleValues() {
            private int doc;

            @Override
            public boolean advanceExact(int next) {
                doc = next;
                return true;
            }

            @Override
            public double doubleValue() throws IOException {
                double near = places.advanceExact(doc) ? Math.max(0, 1 - distance(places.nextValue()) / metres) : 0;
                double rating = ratings.advanceExact(doc) ? (NumericUtils.sortableLongToDouble(ratings.nextValue()) - 1) / 4 : 0;
                double soon = slots.advanceExact(doc) ? Math.max(0, 1 - Math.max(0, slots.nextValue() - now) / HORIZON_MINUTES) : 0;
                return 0.5 * near + 0.3 * rating + 0.2 * soon;
            }
        };
    }

    private double distance(long place) {
        return SloppyMath.haversinMeters(
            lat, lon, GeoEncodingUtils.decodeLatitude((int) (place >> 32)), GeoEncodingUtils.decodeLongitude((int) place));
    }

    @Override
    public boolean needsScores() {
        return false;
    }

    @Override
    public DoubleValuesSource rewrite(IndexSearcher searcher) {
        return this;
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
        return false;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(lat) + 31 * Double.hashCode(lon) + 961 * Double.hashCode(metres);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Blend b && lat == b.lat && lon == b.lon && metres == b.metres && now == b.now;
    }

    @Override
    public String toString() {
        return "blend";
    }
}
