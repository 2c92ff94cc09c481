package covey.node.bench.ablation;

import covey.protocol.port.Engine;
import covey.protocol.port.Sections;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sections of an engine's state in memory. */
final class StateSections implements Sections.Writer, Sections.Reader {
    private static final String THETA = "theta";
    private static final String ERROR_FEEDBACK = "error-feedback";
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SortedMap<String, MemorySegment> sections = new TreeMap<>();

    static StateSections of(Engine engine) {
        StateSections state = new StateSections();
        engine.snapshot(state);
        return state;
    }

    /** θ only, so that a restore keeps all else. */
    static StateSections ofTheta(float[] theta) {
        StateSections state = new StateSections();
        MemorySegment bytes = MemorySegment.ofArray(new byte[4 * theta.length]);
        MemorySegment.copy(theta, 0, bytes, FLOAT, 0, theta.length);
        state.sections.put(THETA, bytes);
        return state;
    }

    /** Moments and counters only. */
    StateSections ofOptimizer() {
        StateSections state = new StateSections();
        state.sections.putAll(sections);
        state.sections.remove(THETA);
        state.sections.remove(ERROR_FEEDBACK);
        return state;
    }

    float[] errorFeedback() {
        return section(ERROR_FEEDBACK).toArray(FLOAT);
    }

    static float[] theta(Engine engine) {
        return engine.theta().toArray(FLOAT);
    }

    @Override
    public void section(String name, MemorySegment bytes) {
        sections.put(name, MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE)));
    }

    @Override
    public boolean has(String name) {
        return sections.containsKey(name);
    }

    @Override
    public MemorySegment section(String name) {
        MemorySegment bytes = sections.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException("section: " + name + " (expected: one of " + sections.keySet() + ")");
        }
        return bytes;
    }
}
