import java.util.Map;
import java.util.HashMap;

/** One row of the query table; absent cells are empty. */
final class LoggedQuery {
    private static final String[] NAMES = ("id class text fields match expand specialty scheme language lat lon radius_km min_rating"
        + " max_fee_cents available_before telehealth sort now limit facets").split(" ");
    private final Map<String, String> cells = new HashMap<>();

    LoggedQuery(String row) {
        String[] values = row.split("\t", -1);
        for (int i = 0; i < NAMES.length; i++) if (!values[i].isEmpty()) cells.put(NAMES[i], values[i]);
    }

    boolean has(String name) {
        return cells.containsKey(name);
    }

    String text(String name) {
        return cells.get(name);
    }

    double number(String name) {
        return Double.parseDouble(cells.get(name));
    }

    int limit() {
        return Integer.parseInt(cells.get("limit"));
    }

    String[] words() {
        return has("text") ? cells.get("text").split(" ") : new String[0];
    }
}
