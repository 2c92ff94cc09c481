package covey.protocol.ledger.economy;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A map in the making over one that is never written to: copied at the first change only. For one thread. */
final class CopyMap<K extends Comparable<K>, V> {
    private final SortedMap<K, V> base;
    private @Nullable TreeMap<K, V> copy;

    CopyMap(SortedMap<K, V> base) {
        this.base = base;
    }

    Optional<V> get(K key) {
        return Optional.ofNullable(view().get(key));
    }

    void put(K key, V value) {
        writable().put(key, value);
    }

    void remove(K key) {
        if (view().containsKey(key)) {
            writable().remove(key);
        }
    }

    SortedMap<K, V> view() {
        return copy == null ? base : copy;
    }

    /** The result; this map must not be changed any more. */
    SortedMap<K, V> freeze() {
        return copy == null ? base : Collections.unmodifiableSortedMap(copy);
    }

    private TreeMap<K, V> writable() {
        TreeMap<K, V> to = copy == null ? new TreeMap<>(base) : copy;
        copy = to;
        return to;
    }
}
