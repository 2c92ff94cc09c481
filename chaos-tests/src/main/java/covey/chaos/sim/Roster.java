package covey.chaos.sim;

import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who takes part in a run, and its genesis. Nodes are numbered: trainers, then validators, then observers. */
final class Roster {
    static final long CEILING_MS = 8_000;
    private static final long COLLECT_MS = 4_000;
    private static final int INNER_STEPS = 4;
    private static final int BATCH = 2;
    /** The least that the rules allow: 33,024 parameters, nine chunks. */
    private static final ModelShape SHAPE = new ModelShape(64, 64, 1, 1, 1, 64, 16, true);

    private static final long THETA_SEED = 7;

    final Crypto crypto = new SimCrypto();
    final List<Member> members = new ArrayList<>();
    final Genesis genesis;
    final RunId run;
    private final SortedMap<Hotkey, Integer> indices = new TreeMap<>();

    /** @param roles bits of {@link Role} */
    record Member(int index, String name, Crypto.Signer signer, int roles) {
        boolean is(Role role) {
            return role.in(roles);
        }
    }

    Roster(Options options) {
        for (int i = 0; i < options.nodes(); i++) {
            members.add(member(i, options));
        }
        members.forEach(m -> indices.put(m.signer().hotkey(), m.index()));
        genesis = genesis(options);
        run = new RunId(hash(genesis.toString()));
    }

    private static Member member(int index, Options options) {
        Crypto.Signer signer = SimCrypto.signer(index);
        int judge = index - options.trainers();
        if (judge < 0) {
            return new Member(index, "trainer-" + index, signer, Role.TRAINER.bit());
        }
        if (judge < options.validators()) {
            int authority = judge < options.authorities() ? Role.AUTHORITY.bit() : 0;
            return new Member(index, "validator-" + judge, signer, Role.VALIDATOR.bit() | authority);
        }
        return new Member(index, "observer-" + (judge - options.validators()), signer, Role.OBSERVER.bit());
    }

    private Genesis genesis(Options options) {
        List<Genesis.Member> named = members.stream()
                .map(m -> new Genesis.Member(
                        m.signer().hotkey(), new Hotkey(hash("coldkey " + m.name())), m.roles(), m.name()))
                .sorted(Comparator.comparing(Genesis.Member::hotkey))
                .toList();
        List<Genesis.Authority> authorities = members.stream()
                .filter(m -> m.is(Role.AUTHORITY))
                .map(m -> new Genesis.Authority(m.signer().hotkey(), "localhost:1", "localhost:2"))
                .toList();
        return new Genesis(
                "sim",
                SHAPE,
                THETA_SEED,
                SimEngine.initialRoot(SHAPE, THETA_SEED, crypto),
                new Genesis.Training(INNER_STEPS, BATCH, 3e-3, 2, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16),
                new Genesis.Timing(
                        200,
                        1_000,
                        CEILING_MS,
                        COLLECT_MS,
                        Math.max(1, options.trainers() - 1),
                        options.checkpointRounds(),
                        64),
                named,
                authorities,
                new Genesis.DataManifest(
                        "bytes",
                        new ContentId(hash("train")),
                        16_001,
                        new ContentId(hash("held-out")),
                        1_601,
                        1_600,
                        "sim"));
    }

    private Hash hash(String text) {
        return crypto.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    int innerSteps() {
        return genesis.training().innerSteps();
    }

    /** Number of the node with that key; -1 if there is none. */
    int index(Hotkey hotkey) {
        return indices.getOrDefault(hotkey, -1);
    }

    /** Number of the node that is authority {@code authority} of genesis. */
    int nodeOfAuthority(int authority) {
        return index(genesis.authorities().get(authority).hotkey());
    }
}
