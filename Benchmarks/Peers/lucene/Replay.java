import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.*;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;

/** Builds the index and replays the log: Replay DOCTORS QUERIES FOLDER ROUNDS. Tables are as the Python side wrote them. */
final class Replay {
    private static final long WARM_NANOSECONDS = 3_000_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private record Answer(long[] ids, Facets facets) {}

    private final IndexSearcher searcher;
    private final long[] ids;

    private Replay(DirectoryReader reader) throws IOException {
        searcher = new IndexSearcher(reader);
        searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
        // The log is replayed several times: a cache would answer from the round before.
        searcher.setQueryCache(null);
        LeafReader segment = reader.leaves().get(0).reader();
        ids = new long[segment.maxDoc()];
        NumericDocValues values = segment.getNumericDocValues("id");
        while (values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) ids[values.docID()] = values.longValue();
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[2]);
        long start = System.nanoTime();
        try (MMapDirectory directory = new MMapDirectory(folder)) {
            Catalogue.index(Path.of(arguments[0]), directory);
            double buildSeconds = (System.nanoTime() - start) / 1e9;
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                if (reader.leaves().size() != 1) throw new IllegalStateException("not one segment");
                System.out.printf("build\t%s, Java %s\t%f\t%d\t%d%n", Version.LATEST, Runtime.version().feature(), buildSeconds,
                    reader.numDocs(), size(folder));
                new Replay(reader).run(Files.readAllLines(Path.of(arguments[1])), Integer.parseInt(arguments[3]));
            }
        }
    }

    private static long size(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private void run(List<String> rows, int rounds) throws IOException {
        var classes = rows.stream().map(LoggedQuery::new)
            .collect(Collectors.groupingBy(query -> query.text("class"), LinkedHashMap::new, Collectors.toList()));
        for (List<LoggedQuery> log : classes.values()) warmUp(log);
        for (List<LoggedQuery> log : classes.values()) measure(log, rounds);
    }

    /** Until the compiler has long been done. */
    private void warmUp(List<LoggedQuery> log) throws IOException {
        long end = System.nanoTime() + WARM_NANOSECONDS;
        do {
            for (LoggedQuery logged : log) answer(logged);
        } while (System.nanoTime() < end);
    }

    private void measure(List<LoggedQuery> log, int rounds) throws IOException {
        warmUp(log);
        double[][] wall = new double[log.size()][rounds], cpu = new double[log.size()][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < log.size(); i++) {
                long start = System.nanoTime(), cpuStart = THREADS.getCurrentThreadCpuTime();
                answer(log.get(i));
                cpu[i][round] = (THREADS.getCurrentThreadCpuTime() - cpuStart) / 1e3;
                wall[i][round] = (System.nanoTime() - start) / 1e3;
            }
        }
        for (int i = 0; i < log.size(); i++) print(log.get(i), wall[i], cpu[i]);
    }

    private Answer answer(LoggedQuery logged) throws IOException {
        Query query = Queries.query(logged);
        if (logged.has("lat") && !logged.has("radius_km")) {
            return new Answer(Nearest.ids(searcher, query, logged.number("lat"), logged.number("lon"), logged.limit(), ids), null);
        }
        Sort sort = Queries.sort(logged);
        // Threshold 0: no exact total, so that whole blocks may be skipped.
        TopDocs top = sort == null
            ? searcher.search(query, new TopScoreDocCollectorManager(logged.limit(), null, 0))
            : searcher.search(query, new TopFieldCollectorManager(sort, logged.limit(), null, 0));
        long[] found = new long[top.scoreDocs.length];
        for (int i = 0; i < found.length; i++) found[i] = ids[top.scoreDocs[i].doc];
        return new Answer(found, logged.has("facets") ? Facets.of(searcher, query) : null);
    }

    private void print(LoggedQuery logged, double[] wall, double[] cpu) throws IOException {
        Answer answer = answer(logged);
        String specialties = answer.facets == null ? "" : answer.facets.specialties();
        String ratings = answer.facets == null ? "" : join(Arrays.stream(answer.facets.ratings).boxed());
        System.out.println(String.join("\t", "query", logged.text("id"), logged.text("class"),
            String.valueOf(searcher.count(Queries.query(logged))), join(Arrays.stream(answer.ids).boxed()), specialties, ratings,
            join(Arrays.stream(wall).boxed()), join(Arrays.stream(cpu).boxed())));
    }

    private static String join(Stream<?> values) {
        return values.map(Object::toString).collect(Collectors.joining(" "));
    }
}
