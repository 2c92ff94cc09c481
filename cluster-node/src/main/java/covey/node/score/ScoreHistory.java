package covey.node.score;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.protocol.model.Hotkey;
import covey.protocol.score.ScoreBook;
import covey.protocol.score.Verdict;
import covey.protocol.score.WeightRule;
import covey.protocol.score.Weights;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;

/** The latest verdicts on each trainer, and the weights that follow. Empty on nodes that score nobody. Thread-safe. */
public final class ScoreHistory {
    private static final int VERDICTS_KEPT = 64;

    private final SortedMap<Hotkey, Deque<Verdict>> verdicts = new TreeMap<>();
    private ScoreBook book = ScoreBook.EMPTY;

    synchronized void take(ScoreBook.Page page) {
        book = page.next();
        for (Verdict verdict : page.verdicts()) {
            Deque<Verdict> known = verdicts.computeIfAbsent(verdict.hotkey(), _ -> new ArrayDeque<>());
            known.addLast(verdict);
            if (known.size() > VERDICTS_KEPT) {
                known.removeFirst();
            }
        }
        verdicts.keySet().retainAll(book.standings().keySet());
    }

    public synchronized ScoreBook book() {
        return book;
    }

    /** What this validator would set on the ledger now. */
    public Weights weights() {
        return book().weights(WeightRule.DEFAULT);
    }

    /** The last verdict on each trainer with its weight, by hotkey. */
    public synchronized ArrayNode scores() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        Weights weights = weights();
        verdicts.forEach((hotkey, known) -> array.add(weighed(known.getLast(), weights)));
        return array;
    }

    private static ObjectNode weighed(Verdict verdict, Weights weights) {
        ObjectNode json = ScoreJson.write(verdict);
        json.put("weight", weights.values().getOrDefault(verdict.hotkey(), 0))
                .put("weightShare", weights.share(verdict.hotkey()));
        return json;
    }

    /**
     * The verdicts on those trainers whose hotkey begins with {@code prefix}, oldest first; the newest one of each
     * with its weight.
     */
    public synchronized ArrayNode explain(String prefix) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        Weights weights = weights();
        verdicts.forEach((hotkey, known) -> {
            if (hotkey.toString().startsWith(prefix)) {
                known.forEach(v -> array.add(v.equals(known.getLast()) ? weighed(v, weights) : ScoreJson.write(v)));
            }
        });
        return array;
    }
}
