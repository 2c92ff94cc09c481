package covey.compute.cuda;

import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.DecodedChunk;
import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Limits;
import covey.protocol.outer.OuterStep;
import covey.protocol.outer.PreparedStep;
import covey.protocol.port.Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The outer step on a device, bit for bit as {@link OuterStep} (rules H6, H7). For the policies that are means, the
 * host reads the contributions and finds the clip factors; the device sums, divides and moves θ. For the others, θ goes
 * to the host and back. Used by the device's thread.
 */
public final class CudaOuterStep {
    private static final int THREADS = 256;

    private final Device device;
    private final DeviceScratch scratch;
    private final ChunkMap map;
    private final Layout layout;
    private final int alphaQ16;
    private final AggregationPolicy policy;
    private final OuterStep reference;

    /** @param alphaQ16 outer learning rate in 1/65536, above 0 */
    public CudaOuterStep(Device device, Layout layout, int alphaQ16, AggregationPolicy policy) {
        this.device = device;
        this.layout = layout;
        this.alphaQ16 = alphaQ16;
        this.policy = policy;
        scratch = new DeviceScratch(device);
        map = new ChunkMap(device, layout);
        reference = new OuterStep(layout, alphaQ16, policy);
    }

    /** A sum of n values is multiplied, and divided by perValue · n + constant. */
    private record Divisor(int multiple, int perValue, int constant) {
        static Optional<Divisor> of(AggregationPolicy policy, int contributions) {
            return switch (policy) {
                case CONTRIBUTOR_MEAN -> Optional.of(new Divisor(1, 1, 0));
                case MEAN -> Optional.of(new Divisor(1, 0, contributions));
                case SHRUNK_MEAN -> Optional.of(new Divisor(2, 2, 1));
                case TRIMMED_MEAN, SIGN_AGREEMENT -> Optional.empty();
            };
        }
    }

    /** Applies the collect set to θ in canonical order; what it may hold is said at {@link OuterStep#prepare}. */
    public void apply(DeviceFloats theta, List<Engine.Applied> collectSet) {
        if (collectSet.isEmpty()) {
            return;
        }
        Divisor.of(policy, collectSet.size())
                .ifPresentOrElse(divisor -> apply(theta, collectSet, divisor), () -> applyInHost(theta, collectSet));
    }

    private void applyInHost(DeviceFloats theta, List<Engine.Applied> collectSet) {
        CudaOps ops = new CudaOps(device);
        float[] values = new float[Math.toIntExact(theta.length())];
        ops.read(theta, values);
        reference.apply(values, collectSet);
        ops.write(values, theta);
    }

    private void apply(DeviceFloats theta, List<Engine.Applied> collectSet, Divisor divisor) {
        PreparedStep prepared = reference.prepare(collectSet);
        List<Engine.Applied> ordered = collectSet.stream()
                .sorted(Comparator.comparing(Engine.Applied::hotkey))
                .toList();
        try (Arena arena = Arena.ofConfined()) {
            Values values = new Values(arena, (long) ordered.size() * layout.chunkCount());
            for (int i = 0; i < ordered.size(); i++) {
                read(ordered.get(i), i, prepared, values);
            }
            launch(theta, values, ordered.size(), divisor);
        }
    }

    private void read(Engine.Applied applied, int number, PreparedStep prepared, Values into) {
        int[] factors = new int[layout.parts().size()];
        for (int part = 0; part < factors.length; part++) {
            int clip = prepared.clipFactors(part)[number];
            factors[part] = clip == 0 ? -1 : (int) ((long) clip * applied.trustQ16() / Limits.FACTOR_ONE);
        }
        long first = (long) number * layout.chunkCount();
        int[] part = {0};
        ContributionReader.planesOf(applied.contribution(), layout).visit(chunk -> {
            while (chunk.chunk() >= layout.parts().get(part[0]).endChunk()) {
                part[0]++;
            }
            into.set(first + chunk.chunk(), chunk, factors[part[0]]);
        });
    }

    private void launch(DeviceFloats theta, Values values, int contributions, Divisor divisor) {
        long address = scratch.write(values.all);
        Arguments arguments = map.addTo(new Arguments().add(theta.address()), 0)
                .add(address + values.countsAt)
                .add(address)
                .add(address + values.indicesAt)
                .add(address + values.levelsAt)
                .add(contributions)
                .add(layout.chunkCount())
                .add(divisor.multiple())
                .add(divisor.perValue())
                .add(divisor.constant())
                .add(alphaQ16 / 65536.0);
        device.launch(new KernelCall("compress", "outer_step", layout.chunkCount(), 1, THREADS, arguments.toArray()));
    }

    /** Contribution after contribution, chunk after chunk: factors | indices | levels | counts. */
    private static final class Values {
        final MemorySegment all;
        final long indicesAt;
        final long levelsAt;
        final long countsAt;

        Values(Arena arena, long chunks) {
            indicesAt = Long.BYTES * chunks;
            levelsAt = indicesAt + Short.BYTES * DecodedChunk.MAX_COUNT * chunks;
            countsAt = levelsAt + DecodedChunk.MAX_COUNT * chunks;
            all = arena.allocate(countsAt + chunks, Long.BYTES);
        }

        /** @param factor clip times trust; below 0 if the contribution is not counted here */
        void set(long at, DecodedChunk chunk, int factor) {
            if (factor < 0) {
                return;
            }
            all.setAtIndex(ValueLayout.JAVA_LONG, at, (long) chunk.scaleUnits() * factor);
            all.set(ValueLayout.JAVA_BYTE, countsAt + at, (byte) chunk.count());
            for (int i = 0; i < chunk.count(); i++) {
                long value = DecodedChunk.MAX_COUNT * at + i;
                all.set(ValueLayout.JAVA_SHORT, indicesAt + Short.BYTES * value, (short) chunk.index(i));
                all.set(ValueLayout.JAVA_BYTE, levelsAt + value, (byte) chunk.level(i));
            }
        }
    }
}
