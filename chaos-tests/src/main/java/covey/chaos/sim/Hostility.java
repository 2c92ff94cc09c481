package covey.chaos.sim;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Role;
import covey.protocol.round.PeerEffect;
import java.util.Arrays;
import java.util.Optional;

/** What a hostile trainer commits to instead of its contribution; another thing each round. */
final class Hostility {
    private static final int KINDS = 5;

    private final Seed seed;
    private Optional<byte[]> first = Optional.empty();

    Hostility(Seed seed) {
        this.seed = seed;
    }

    byte[] instead(byte[] honest) {
        byte[] stale = first.orElse(honest);
        first = Optional.of(stale);
        return switch (seed.nextInt(KINDS)) {
            case 0 -> flipped(honest);
            case 1 -> Arrays.copyOf(honest, 1 + seed.nextInt(honest.length + 10));
            case 2 -> garbage();
            case 3 -> stale;
            default -> honest;
        };
    }

    /** Something that it has no right to say, now and then. */
    Optional<PeerEffect.Say> nonsense(LedgerState ledger) {
        long round = ledger.lastSealed() + seed.nextInt(2);
        ContentId content = new ContentId(new Hash(seed.nextLong(), 0, 0, 0));
        Statement statement = switch (seed.nextInt(20)) {
            case 0 -> new Statement.Commit(round + 1, content, 100);
            case 1 -> new Statement.Root(round, content);
            case 2 -> new Statement.Holds(round, Bytes.wrap(new byte[] {(byte) seed.nextInt(256)}));
            case 3 -> new Statement.Ready(round);
            default -> null;
        };
        return Optional.ofNullable(statement).map(s -> new PeerEffect.Say(Role.TRAINER, s));
    }

    private byte[] flipped(byte[] honest) {
        byte[] bytes = honest.clone();
        bytes[seed.nextInt(bytes.length)] ^= (byte) (1 << seed.nextInt(8));
        return bytes;
    }

    private byte[] garbage() {
        byte[] bytes = new byte[1 + seed.nextInt(4_000)];
        seed.nextBytes(bytes);
        return bytes;
    }
}
