import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.lucene.document.LatLonPoint;
import org.apache.lucene.geo.GeoEncodingUtils;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.search.*;
import org.apache.lucene.util.SloppyMath;

/** The nearest hits of a filter. Lucene's distance feature skips whatever lies farther than the k-th hit so far; its scores have single
    precision, so that twice as many hits are asked for and sorted exactly. */
final class Nearest {
    private static final double PIVOT_METRES = 10_000;

    private record Hit(long id, double metres) {}

    static long[] ids(IndexSearcher searcher, Query filter, double lat, double lon, int limit, long[] ids) throws IOException {
        Query query = new BooleanQuery.Builder().add(filter, BooleanClause.Occur.FILTER)
            .add(LatLonPoint.newDistanceFeatureQuery("place", 1, lat, lon, PIVOT_METRES), BooleanClause.Occur.MUST).build();
        ScoreDoc[] found = searcher.search(query, new TopScoreDocCollectorManager(2 * limit, null, 0)).scoreDocs;
        // Doc values are read forwards only.
        Arrays.sort(found, Comparator.comparingInt(hit -> hit.doc));
        SortedNumericDocValues places = searcher.getIndexReader().leaves().get(0).reader().getSortedNumericDocValues("place");
        Hit[] hits = new Hit[found.length];
        for (int i = 0; i < found.length; i++) {
            places.advanceExact(found[i].doc);
            long place = places.nextValue();
            hits[i] = new Hit(ids[found[i].doc], SloppyMath.haversinMeters(
                lat, lon, GeoEncodingUtils.decodeLatitude((int) (place >> 32)), GeoEncodingUtils.decodeLongitude((int) place)));
        }
        Arrays.sort(hits, Comparator.comparingDouble(Hit::metres).thenComparingLong(Hit::id));
        return Arrays.stream(hits).limit(limit).mapToLong(Hit::id).toArray();
    }
}
