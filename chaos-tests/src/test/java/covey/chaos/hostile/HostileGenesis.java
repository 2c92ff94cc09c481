package covey.chaos.hostile;

import covey.node.wiring.CpuEngines;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Role;
import covey.protocol.testing.TestCrypto;
import java.util.List;

/** The least model that the rules allow, and a run of it. */
final class HostileGenesis {
    static final ModelShape SHAPE = new ModelShape(64, 64, 1, 1, 1, 64, 16, true);
    static final int TOKENS = 40_000;
    private static final TestCrypto CRYPTO = new TestCrypto();

    private HostileGenesis() {}

    static Genesis small() {
        return of(AggregationPolicy.CONTRIBUTOR_MEAN);
    }

    static Genesis of(AggregationPolicy policy) {
        Hotkey authority = TestCrypto.signer(1).hotkey();
        ContentId any = new ContentId(CRYPTO.sha256(new byte[] {1}));
        return new Genesis(
                "test",
                SHAPE,
                7,
                CpuEngines.initialRoot(SHAPE, 7, CRYPTO),
                new Genesis.Training(6, 4, 3e-3, 2, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16).with(policy),
                new Genesis.Timing(200, 1_000, 20_000, 10_000, 1, 5, 64),
                List.of(new Genesis.Member(authority, authority, Role.AUTHORITY.bit(), "authority")),
                List.of(new Genesis.Authority(authority, "127.0.0.1:1", "127.0.0.1:2")),
                new Genesis.DataManifest("bytes", any, TOKENS, any, 0, 0, "test"));
    }
}
