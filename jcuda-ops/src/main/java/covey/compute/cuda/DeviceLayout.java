package covey.compute.cuda;

import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape;
import java.util.ArrayList;
import java.util.List;

/**
 * What one of a peer's GPUs holds to train a model, and what its host does: sizes that allocation and {@code covey
 * plan} share. All GPUs of a peer hold the same; what is divided has an equal part on each. Immutable.
 *
 * @param gpus of the peer, at least 1
 * @param windows that a GPU trains on at a time
 */
public record DeviceLayout(ModelShape shape, int gpus, Sharing sharing, Kept kept, int windows) {
    /** What all GPUs hold whole, and what leaves the GPU; from the fastest on. */
    public enum Sharing {
        /** Each has all bf16 parameters and gradients, and a part of masters, moments, error feedback and θ_r. */
        OPTIMIZER,
        /** All is divided; a layer's parameters are gathered when they are used. */
        ALL,
        /** Also, error feedback and θ_r, needed once a round, are in the host's memory. */
        HOST_ROUND,
        /** Also the moments, needed once an inner step. */
        HOST_MOMENTS
    }

    /** What the forward pass keeps for the backward pass. */
    public enum Kept {
        /** What products read; norms and activations are recomputed. */
        LAYERS,
        /** Only what enters each layer; a layer is computed again before its backward pass. */
        INPUTS
    }

    /**
     * A piece of memory.
     *
     * @param host whether it is in the host's memory, pinned, and not on the GPU
     */
    public record Region(String name, long bytes, boolean host) {}

    private static final int BF16 = 2;
    private static final int FP32 = 4;
    /** Tokens whose logits are in memory at a time. */
    private static final int LOGIT_TOKENS = 2048;
    /** What the libraries of products ask for. */
    private static final long WORKSPACE_BYTES = 64L << 20;
    /** The compressor's results of 65,536 chunks. */
    private static final long COMPRESSOR_BYTES = 194L << 16;

    public DeviceLayout {
        if (gpus < 1 || windows < 1) {
            throw new IllegalArgumentException(
                    "layout: " + gpus + " GPUs, " + windows + " windows (expected: at least one of each)");
        }
    }

    /**
     * The fastest that fits, with as many windows as fit, in powers of two; if none does, the smallest.
     *
     * @param batch windows of an inner step
     * @param gpuBytes memory of each GPU that may be used
     */
    public static DeviceLayout fit(ModelShape shape, int batch, int gpus, long gpuBytes) {
        for (Kept kept : Kept.values()) {
            for (Sharing sharing : Sharing.values()) {
                DeviceLayout one = new DeviceLayout(shape, gpus, sharing, kept, 1);
                if (one.gpuBytes() <= gpuBytes) {
                    return one.widened(batch, gpuBytes);
                }
            }
        }
        return new DeviceLayout(shape, gpus, Sharing.HOST_MOMENTS, Kept.INPUTS, 1);
    }

    private DeviceLayout widened(int batch, long gpuBytes) {
        DeviceLayout wider = new DeviceLayout(shape, gpus, sharing, kept, 2 * windows);
        boolean fits = (long) wider.windows * gpus <= batch && wider.gpuBytes() <= gpuBytes;
        return fits ? wider.widened(batch, gpuBytes) : this;
    }

    /** Everything, on the GPU and in the host. */
    public List<Region> regions() {
        long all = shape.parameterCount();
        long part = (all + gpus - 1) / gpus;
        long held = sharing == Sharing.OPTIMIZER ? all : part;
        boolean roundInHost = sharing.compareTo(Sharing.HOST_ROUND) >= 0;
        boolean momentsInHost = sharing == Sharing.HOST_MOMENTS;
        List<Region> regions = new ArrayList<>();
        regions.add(new Region("parameters bf16", BF16 * held, false));
        regions.add(new Region("gradients", FP32 * held, false));
        regions.add(new Region("masters", FP32 * part, false));
        regions.add(new Region("first moments", FP32 * part, momentsInHost));
        regions.add(new Region("second moments", FP32 * part, momentsInHost));
        regions.add(new Region("error feedback", FP32 * part, roundInHost));
        regions.add(new Region("parameters at round start", FP32 * part, roundInHost));
        if (sharing != Sharing.OPTIMIZER && gpus > 1) {
            regions.add(new Region("gathered layers", 2 * (BF16 + FP32) * largestGathered(), false));
        }
        regions.add(new Region("activations", activationBytes(), false));
        regions.add(new Region("logits", (long) FP32 * Math.min(tokens(), LOGIT_TOKENS) * shape.vocabulary(), false));
        regions.add(new Region("products' workspace", WORKSPACE_BYTES, false));
        regions.add(new Region("compressor", COMPRESSOR_BYTES, false));
        return regions;
    }

    private long tokens() {
        return (long) windows * shape.sequence();
    }

    /** Parameters of a layer, or of the embedding if it has more; two of them are in memory, one on its way. */
    private long largestGathered() {
        long tensors = 2L * shape.width() * (shape.width() + shape.kvWidth())
                + 3L * shape.ffn() * shape.width()
                + 2L * shape.width();
        return Math.max(tensors, (long) shape.vocabulary() * shape.width());
    }

    /** What is kept of each layer, and one layer's gradients of the same. */
    private long activationBytes() {
        long layer = layerBytes();
        long inputs = (long) BF16 * shape.width();
        long all = kept == Kept.LAYERS ? shape.layers() * layer : shape.layers() * inputs + layer;
        return tokens() * (all + layer + 2 * inputs);
    }

    /**
     * Of one token and layer: two residuals, query, attention's output; key, value; gate, up; roots of both norms and
     * a logarithm of each head's sum.
     */
    private long layerBytes() {
        long values = 4L * shape.width() + 2L * shape.kvWidth() + 2L * shape.ffn();
        return BF16 * values + FP32 * (2L + shape.heads());
    }

    /** Bytes on each GPU. */
    public long gpuBytes() {
        return bytes(false);
    }

    private long bytes(boolean host) {
        return regions().stream()
                .filter(region -> region.host() == host)
                .mapToLong(Region::bytes)
                .sum();
    }

    /**
     * Bytes in the host's memory, for all GPUs: their regions there, θ in canonical form, and contributions to apply.
     *
     * @param contributionBytes of one contribution
     * @param contributions of a collect set, at most 256
     */
    public long hostBytes(long contributionBytes, int contributions) {
        if (contributions > Limits.COLLECT_MAX_COUNT) {
            throw new IllegalArgumentException("contributions: " + contributions + " (expected: at most 256)");
        }
        return gpus * bytes(true) + FP32 * shape.parameterCount() + contributions * contributionBytes;
    }

    /**
     * Allocates what belongs on the GPU, in the order of {@link #regions}.
     *
     * @throws DeviceFailure if it does not fit; nothing stays allocated then
     */
    public List<Long> allocate(Device device) {
        List<Long> addresses = new ArrayList<>();
        try {
            for (Region region : regions()) {
                if (!region.host()) {
                    addresses.add(device.allocate(region.bytes()));
                }
            }
        } catch (DeviceFailure e) {
            addresses.forEach(device::free);
            throw e;
        }
        return addresses;
    }
}
