package covey.protocol.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What names a run. The run id is the hash of the file it was read from; it does not contain the code's version.
 *
 * @param name for people
 * @param model the model's shape
 * @param seed of θ_0 (rule H8)
 * @param thetaRoot state root of θ_0
 * @param training hyper-parameters
 * @param timing the ledger's and the rounds' times
 * @param members the first registry, ordered by hotkey
 * @param authorities hotkeys of the authorities in index order: 1, 3 or 5 of them, each a member
 * @param data the token streams
 * @param economics the asset; without it every validator of genesis has stake 1 and nobody is paid
 */
public record Genesis(
        String name,
        ModelShape model,
        long seed,
        ContentId thetaRoot,
        Training training,
        Timing timing,
        List<Member> members,
        List<Authority> authorities,
        DataManifest data,
        Optional<Economics> economics) {

    /** A run without an asset. */
    public Genesis(
            String name,
            ModelShape model,
            long seed,
            ContentId thetaRoot,
            Training training,
            Timing timing,
            List<Member> members,
            List<Authority> authorities,
            DataManifest data) {
        this(name, model, seed, thetaRoot, training, timing, members, authorities, data, Optional.empty());
    }

    public Genesis withEconomics(Economics next) {
        return new Genesis(
                name, model, seed, thetaRoot, training, timing, members, authorities, data, Optional.of(next));
    }

    /**
     * @param innerSteps H
     * @param batch windows of one inner step, B
     * @param peakLearningRate after warm-up
     * @param warmupSteps inner steps of linear warm-up
     * @param totalSteps inner steps until cosine decay has reached {@code finalRatio}; 0 = constant after warm-up
     * @param finalRatio learning rate at the end as a share of the peak
     * @param bits 1 or 2 per value
     * @param errorFeedbackDecay β
     * @param alphaQ16 outer learning rate α in 1/65536
     * @param aggregation of the values at a coordinate
     * @param gradientClip global norm
     */
    public record Training(
            int innerSteps,
            int batch,
            double peakLearningRate,
            int warmupSteps,
            long totalSteps,
            double finalRatio,
            double adamBeta1,
            double adamBeta2,
            double adamEpsilon,
            double weightDecay,
            double gradientClip,
            int bits,
            float errorFeedbackDecay,
            int alphaQ16,
            AggregationPolicy aggregation) {
        /** With the default aggregation. */
        public Training(
                int innerSteps,
                int batch,
                double peakLearningRate,
                int warmupSteps,
                long totalSteps,
                double finalRatio,
                double adamBeta1,
                double adamBeta2,
                double adamEpsilon,
                double weightDecay,
                double gradientClip,
                int bits,
                float errorFeedbackDecay,
                int alphaQ16) {
            this(
                    innerSteps,
                    batch,
                    peakLearningRate,
                    warmupSteps,
                    totalSteps,
                    finalRatio,
                    adamBeta1,
                    adamBeta2,
                    adamEpsilon,
                    weightDecay,
                    gradientClip,
                    bits,
                    errorFeedbackDecay,
                    alphaQ16,
                    AggregationPolicy.CONTRIBUTOR_MEAN);
        }

        public Training with(AggregationPolicy next) {
            return new Training(
                    innerSteps,
                    batch,
                    peakLearningRate,
                    warmupSteps,
                    totalSteps,
                    finalRatio,
                    adamBeta1,
                    adamBeta2,
                    adamEpsilon,
                    weightDecay,
                    gradientClip,
                    bits,
                    errorFeedbackDecay,
                    alphaQ16,
                    next);
        }

        /** The fewest inner steps of a valid contribution (rule H10). */
        public int minimumSteps() {
            return Math.max(1, Math.min(8, innerSteps / 2));
        }
    }

    /**
     * @param blockMinMs least time between blocks when transactions wait
     * @param blockIdleMs an empty block after this
     * @param ceilingMs the latest deadline; COMMIT closes then if anybody has committed (rules D2, D3)
     * @param collectMs rule D7
     * @param minTrainers Ready trainers that open round 1
     * @param checkpointRounds C of rule D11
     * @param collectCap contributions in a collect set
     */
    public record Timing(
            long blockMinMs,
            long blockIdleMs,
            long ceilingMs,
            long collectMs,
            int minTrainers,
            int checkpointRounds,
            int collectCap) {}

    /** @param roles bits of {@link Role} */
    public record Member(Hotkey hotkey, Hotkey coldkey, int roles, String label) {
        public boolean has(Role role) {
            return role.in(roles);
        }
    }

    /**
     * @param door HOST:PORT of the HTTPS door
     * @param ballots HOST:PORT of the ballot listener
     */
    public record Authority(Hotkey hotkey, String door, String ballots) {}

    /**
     * Token streams by content id: u16 little-endian tokens (rule I1).
     *
     * @param tokenizer "bytes", or a name with its hash
     * @param trainTokens tokens in the train stream
     * @param heldOutTokens tokens in the held-out stream
     * @param heldOutTextBytes bytes of text behind the held-out tokens, for bits per byte
     * @param source what the text is, for people and for finding it locally
     * @param tokenizerFile of a tokenizer that has a file; empty in a run made before files were named: there it is not
     *     fetched from peers
     */
    public record DataManifest(
            String tokenizer,
            ContentId train,
            long trainTokens,
            ContentId heldOut,
            long heldOutTokens,
            long heldOutTextBytes,
            String source,
            Optional<Shard> tokenizerFile) {
        /** With a tokenizer that has no file. */
        public DataManifest(
                String tokenizer,
                ContentId train,
                long trainTokens,
                ContentId heldOut,
                long heldOutTokens,
                long heldOutTextBytes,
                String source) {
            this(tokenizer, train, trainTokens, heldOut, heldOutTokens, heldOutTextBytes, source, Optional.empty());
        }

        /** All that a node needs of the data, in the order of fetching (rule F4). */
        public List<Shard> shards() {
            List<Shard> shards = new ArrayList<>();
            tokenizerFile.ifPresent(shards::add);
            shards.add(new Shard("held-out", heldOut, 2 * heldOutTokens));
            shards.add(new Shard("train", train, 2 * trainTokens));
            return List.copyOf(shards);
        }
    }

    /**
     * A piece of the data that nodes keep as one content.
     *
     * @param name for people
     * @param lengthBytes of the content
     */
    public record Shard(String name, ContentId content, long lengthBytes) {
        /** Of a tokenizer's file. */
        public static Shard tokenizer(ContentId content, long lengthBytes) {
            return new Shard("tokenizer", content, lengthBytes);
        }
    }

    public Genesis {
        members = List.copyOf(members);
        authorities = List.copyOf(authorities);
        int n = authorities.size();
        if (n != 1 && n != 3 && n != 5) {
            throw new IllegalArgumentException("authorities: " + n + " (expected: 1, 3 or 5)");
        }
    }

    /** Votes that certify a block: a majority of the named authorities. */
    public int quorum() {
        return authorities.size() / 2 + 1;
    }

    /** In index order. */
    public List<Hotkey> authorityKeys() {
        return authorities.stream().map(Authority::hotkey).toList();
    }

    public Optional<Member> member(Hotkey hotkey) {
        return members.stream().filter(m -> m.hotkey().equals(hotkey)).findFirst();
    }

    /** Index of an authority, or -1. */
    public int authorityIndex(Hotkey hotkey) {
        for (int i = 0; i < authorities.size(); i++) {
            if (authorities.get(i).hotkey().equals(hotkey)) {
                return i;
            }
        }
        return -1;
    }

    /** Windows in the train stream: T + 1 tokens at stride T. */
    public long trainWindows() {
        return Math.max(0, (data.trainTokens() - 1) / model.sequence());
    }

    public long heldOutWindows() {
        return Math.max(0, (data.heldOutTokens() - 1) / model.sequence());
    }
}
