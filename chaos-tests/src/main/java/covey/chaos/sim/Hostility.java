package covey.chaos.sim;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.round.PeerEffect;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a hostile trainer commits to instead of its contribution, another thing each round; what it keeps to itself
 * after that; and what it has no right to say.
 */
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

    /** Something that it has no right to say, now and then; always a Commit where it has no slot. */
    Optional<PeerEffect.Say> nonsense(LedgerState ledger, Hotkey self) {
        long round = ledger.lastSealed() + seed.nextInt(2);
        ContentId content = new ContentId(new Hash(seed.nextLong(), 0, 0, 0));
        if (ledger.round().filter(r -> !r.isClosed() && !r.mayCommit(self)).isPresent()) {
            return say(new Statement.Commit(ledger.lastSealed() + 1, content, 100));
        }
        return switch (seed.nextInt(60)) {
            case 0 -> say(new Statement.Holds(round, Bytes.wrap(new byte[] {(byte) seed.nextInt(256)})));
            case 1 -> say(new Statement.Ready(round));
            case 2 -> say(new Statement.Root(round, content));
            case 3 ->
                ledger.round().filter(r -> r.commitment(self).isPresent()).isPresent()
                        ? say(new Statement.Commit(ledger.lastSealed() + 1, content, 100))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Whether it serves nobody what it has said that it has. */
    boolean withholds() {
        return seed.nextInt(4) == 0;
    }

    private static Optional<PeerEffect.Say> say(Statement statement) {
        return Optional.of(new PeerEffect.Say(Role.TRAINER, statement));
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
