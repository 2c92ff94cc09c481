package covey.node.plan;

import covey.compute.cuda.DeviceLayout;
import covey.protocol.contribution.Layout;
import covey.protocol.model.Presets.Preset;

/**
 * Memory and bandwidth of one peer.
 *
 * @param fits whether a GPU's part fits into it
 * @param contributionBytes of one contribution, expected
 * @param exchangedBytes that a peer receives in a round, from all others; on average it sends as much
 */
record PeerPlan(Preset preset, DeviceLayout layout, boolean fits, long contributionBytes, long exchangedBytes) {
    /** Expected tenths of bits of a chunk at 1 bit a value (rule H5). */
    private static final long CHUNK_TENTHS_OF_BITS = 5598;

    private static final long HEADER_BYTES = 264;

    /** What the whole exchange of a round may take for the link that is named. */
    static final long EXCHANGE_SECONDS = 60;

    /**
     * @param gpuBytes usable memory of each GPU
     * @param peers that contribute to a round, at least 1
     */
    static PeerPlan of(Preset preset, int gpus, long gpuBytes, int peers) {
        DeviceLayout layout = DeviceLayout.fit(preset.shape(), preset.batch(), gpus, gpuBytes);
        long chunks = Layout.of(preset.shape()).chunkCount();
        long contribution = HEADER_BYTES + chunks * CHUNK_TENTHS_OF_BITS / 80;
        return new PeerPlan(preset, layout, layout.gpuBytes() <= gpuBytes, contribution, (peers - 1) * contribution);
    }

    long hostBytes(int peers) {
        return layout.hostBytes(contributionBytes, peers);
    }

    /** Megabits a second, both ways, at which the exchange takes {@link #EXCHANGE_SECONDS}; rounded up. */
    long linkMbps() {
        long bitsPerSecond = 8 * exchangedBytes / EXCHANGE_SECONDS;
        return (bitsPerSecond + 999_999) / 1_000_000;
    }
}
