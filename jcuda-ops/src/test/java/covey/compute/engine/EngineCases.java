package covey.compute.engine;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.contribution.Layout;
import covey.protocol.data.ArrayTokenSource;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.port.Engine;
import covey.protocol.port.Engine.Applied;
import covey.protocol.port.Sections;
import covey.protocol.port.TokenSource;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** A small run, text to learn, and what tests of all engines ask of one. */
final class EngineCases {
    static final ModelShape SMALL = new ModelShape(256, 64, 1, 2, 2, 64, 16, true);
    static final Layout LAYOUT = Layout.of(SMALL);
    static final int BATCH = 2;
    static final int STEPS = 4;

    private EngineCases() {}

    static Genesis genesis(ModelShape shape, Genesis.Training training) {
        Genesis any = TestRun.of(1, 1, 1).genesis();
        ContentId root = CpuEngine.initialRoot(shape, 7, Contributions.CRYPTO);
        return new Genesis(
                "test", shape, 7, root, training, any.timing(), any.members(), any.authorities(), any.data());
    }

    static Genesis.Training training(int steps, int batch) {
        return new Genesis.Training(steps, batch, 3e-3, 20, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16);
    }

    /** Text with something to learn: sums of numbers, spelled out. */
    static TokenSource text(int lines, int sequence, long number) {
        Seed seed = Seed.of(number);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            int a = seed.nextInt(50);
            int b = seed.nextInt(50);
            text.append(a)
                    .append(" plus ")
                    .append(b)
                    .append(" is ")
                    .append(a + b)
                    .append(";\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        return ArrayTokenSource.of(ByteTokenizer.INSTANCE.encode(bytes), sequence);
    }

    static Engine.TrainReport train(Engine engine, long firstWindow, long appliedRounds) {
        long[] windows =
                LongStream.range(firstWindow, firstWindow + BATCH * STEPS).toArray();
        return engine.train(windows, appliedRounds, () -> false, (step, loss, rate) -> {});
    }

    static MemorySegment sealed(MemorySegment planes, long number) {
        byte[] bytes = planes.toArray(ValueLayout.JAVA_BYTE);
        return MemorySegment.ofArray(Contributions.sealed(LAYOUT, 1, bytes, TestCrypto.signer(number)));
    }

    static Applied contributed(Engine engine, long number) {
        return new Applied(
                TestCrypto.signer(number).hotkey(), sealed(engine.compress().planes(), number), 1 << 16);
    }

    /** What snapshot wrote, by name. */
    static final class Kept implements Sections.Writer, Sections.Reader {
        final Map<String, byte[]> sections = new TreeMap<>();

        @Override
        public void section(String name, MemorySegment bytes) {
            sections.put(name, bytes.toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public boolean has(String name) {
            return sections.containsKey(name);
        }

        @Override
        public MemorySegment section(String name) {
            return MemorySegment.ofArray(sections.get(name)).asReadOnly();
        }
    }

    static Map<String, byte[]> state(Engine engine) {
        Kept kept = new Kept();
        engine.snapshot(kept);
        return kept.sections;
    }

    static void assertSame(Engine actual, Engine expected) {
        assertThat(actual.stateRoot()).isEqualTo(expected.stateRoot());
        assertSame(state(actual), state(expected));
    }

    static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
    }

    static float[] errorFeedback(Engine engine) {
        return MemorySegment.ofArray(state(engine).get("error-feedback"))
                .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }
}
