package covey.actors.ledger;

import covey.protocol.ballot.BallotEffect;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What other threads see of an authority. Written by the ballot actor. Thread-safe. */
final class AuthorityView {
    private final LedgerMachine machine;
    private final Mempool mempool;
    private final List<Consumer<CertifiedBlock>> subscribers = new CopyOnWriteArrayList<>();
    private final List<BallotEffect.Guilty> guilty = new CopyOnWriteArrayList<>();
    private volatile LedgerState state;
    private volatile Optional<LedgerFailure> stopped = Optional.empty();

    AuthorityView(LedgerMachine machine, LedgerState state) {
        this.machine = machine;
        this.mempool = new Mempool(machine, state);
        this.state = state;
    }

    LedgerMachine machine() {
        return machine;
    }

    Mempool mempool() {
        return mempool;
    }

    LedgerState state() {
        return state;
    }

    Optional<LedgerFailure> stopped() {
        return stopped;
    }

    void subscribe(Consumer<CertifiedBlock> subscriber) {
        subscribers.add(subscriber);
    }

    void unsubscribe(Consumer<CertifiedBlock> subscriber) {
        subscribers.remove(subscriber);
    }

    void advance(CertifiedBlock block, LedgerState next) {
        state = next;
        mempool.advance(block.block(), next);
        subscribers.forEach(subscriber -> subscriber.accept(block));
    }

    List<BallotEffect.Guilty> guilty() {
        return List.copyOf(guilty);
    }

    void keep(BallotEffect.Guilty proof) {
        guilty.add(proof);
    }

    void stop(LedgerFailure failure) {
        stopped = Optional.of(failure);
    }
}
