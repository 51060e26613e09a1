import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;

/** Writes the index: one segment, frequencies without positions, points for what is filtered, doc values for what is sorted. */
final class Catalogue {
    private static final FieldType WORDS = new FieldType();

    static {
        WORDS.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        WORDS.setTokenized(true);
        WORDS.freeze();
    }

    static void index(Path doctors, Directory directory) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(new WhitespaceAnalyzer());
        config.setSimilarity(new BM25Similarity(1.2f, 0.75f));
        config.setRAMBufferSizeMB(1_500);
        config.setMergeScheduler(new SerialMergeScheduler());
        // Similar doctors side by side: shorter postings and more blocks to skip.
        config.setIndexSort(new Sort(new SortField("group", SortField.Type.STRING), new SortField("id", SortField.Type.LONG)));
        try (IndexWriter writer = new IndexWriter(directory, config); BufferedReader rows = Files.newBufferedReader(doctors)) {
            for (String row = rows.readLine(); row != null; row = rows.readLine()) writer.addDocument(document(row.split("\t", -1)));
            writer.forceMerge(1);
        }
    }

    private static Document document(String[] cells) {
        Document document = new Document();
        document.add(new NumericDocValuesField("id", Long.parseLong(cells[0])));
        if (!cells[1].isEmpty()) {
            double lat = Double.parseDouble(cells[1]), lon = Double.parseDouble(cells[2]);
            document.add(new LatLonPoint("place", lat, lon));
            document.add(new LatLonDocValuesField("place", lat, lon));
        }
        if (!cells[3].isEmpty()) document.add(new DoubleField("rating", Double.parseDouble(cells[3]), Field.Store.NO));
        if (!cells[5].isEmpty()) document.add(new LongField("fee", Long.parseLong(cells[5]), Field.Store.NO));
        if (!cells[6].isEmpty()) document.add(new LongField("free", Long.parseLong(cells[6]), Field.Store.NO));
        document.add(new StringField("telehealth", cells[7], Field.Store.NO));
        for (String value : values(cells[8])) document.add(new KeywordField("specialty", value, Field.Store.NO));
        document.add(new SortedDocValuesField("group", new BytesRef(cells[8])));
        for (String value : values(cells[9])) document.add(new StringField("scheme", value, Field.Store.NO));
        for (String value : values(cells[10])) document.add(new StringField("language", value, Field.Store.NO));
        document.add(new Field("identity", cells[11], WORDS));
        document.add(new Field("body", cells[12], WORDS));
        return document;
    }

    private static String[] values(String cell) {
        return cell.isEmpty() ? new String[0] : cell.split(" ");
    }
}
