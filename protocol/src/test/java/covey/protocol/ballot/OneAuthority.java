package covey.protocol.ballot;

import covey.protocol.ballot.BallotInput.Recovered;
import covey.protocol.ballot.BallotInput.Waiting;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockBuilder;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One authority, driven by hand; the test plays the others with their keys. */
final class OneAuthority {
    final Authorities run;
    final int self;
    private final BallotMachine machine;
    private BallotState state;
    private long nowMs = 1_000;
    private List<BallotEffect> effects = List.of();

    OneAuthority(int count, int self, Set<BallotFault> faults) {
        this.run = Authorities.of(count);
        this.self = self;
        this.machine = run.machine(self, 9, faults);
        this.state = machine.start();
    }

    /** After a first start whose questions all others answered: it votes. */
    static OneAuthority voting(int count, int self) {
        return voting(count, self, Collections.emptySet());
    }

    static OneAuthority voting(int count, int self, Set<BallotFault> faults) {
        return new OneAuthority(count, self, faults).firstStart().answered();
    }

    OneAuthority firstStart() {
        return recovered(Optional.empty(), true);
    }

    OneAuthority recovered(Optional<VoteRecord> vote, boolean firstStart) {
        return apply(new Recovered(vote, firstStart, run.ledger().initial(), Optional.empty()));
    }

    OneAuthority answered() {
        tick();
        long nonce = nowMs * BallotContext.NS_PER_MS;
        for (int other = 0; other < run.count(); other++) {
            receive(other, new BallotMessage.Newest(nonce, 0, Optional.empty()));
        }
        return pass(1);
    }

    OneAuthority apply(BallotInput input) {
        BallotMachine.Transition transition = machine.apply(state, input);
        state = transition.next();
        effects = transition.effects();
        return this;
    }

    OneAuthority receive(int from, BallotMessage message) {
        return apply(new BallotInput.Received(from, message));
    }

    OneAuthority tick() {
        return apply(new BallotInput.Tick(nowMs * BallotContext.NS_PER_MS, Waiting.NONE));
    }

    /** Lets so much time pass, then ticks once. */
    OneAuthority pass(long ms) {
        nowMs += ms;
        return tick();
    }

    /** Milliseconds, in steps of 10, until it sends a Prepare. */
    long untilPrepare() {
        for (long ms = 10; ms <= 100_000; ms += 10) {
            pass(10);
            if (sent(BallotMessage.Prepare.class).isPresent() && persisted().isPresent()) {
                return ms;
            }
        }
        throw new AssertionError("no Prepare in 100 s");
    }

    BallotState state() {
        return state;
    }

    LedgerState ledger() {
        return state.ledger();
    }

    List<BallotEffect> effects() {
        return effects;
    }

    List<BallotMessage> sent() {
        List<BallotMessage> sent = new ArrayList<>();
        for (BallotEffect effect : effects) {
            switch (effect) {
                case BallotEffect.Send e -> sent.add(e.message());
                case BallotEffect.SendAll e -> sent.add(e.message());
                case BallotEffect.Persist _,
                        BallotEffect.Finalized _,
                        BallotEffect.NeedBlocks _,
                        BallotEffect.Guilty _,
                        BallotEffect.Stopped _ -> {}
            }
        }
        return sent;
    }

    <M extends BallotMessage> Optional<M> sent(Class<M> kind) {
        return sent().stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    <E extends BallotEffect> Optional<E> effect(Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    Optional<VoteRecord> persisted() {
        return effect(BallotEffect.Persist.class).map(BallotEffect.Persist::vote);
    }

    /** A valid next block by another authority. */
    Block block(int proposer, long elapsedMs) {
        return block(ledger(), proposer, elapsedMs);
    }

    Block block(LedgerState parent, int proposer, long elapsedMs) {
        return new BlockBuilder(run.ledger(), run.genesis(), run.run())
                .build(parent, elapsedMs, signer(proposer), List.of());
    }

    LedgerState after(LedgerState parent, Block block) {
        return run.ledger().apply(parent, block).next();
    }

    Hash hash(Block block) {
        return BlockCodec.hash(block, run.run(), run.crypto());
    }

    SignedVote.Promised promised(int by, BallotNumber ballot, long height, Optional<Accepted> accepted) {
        SignedVote.Promised vote = new SignedVote.Promised(
                ballot,
                height,
                accepted.map(Accepted::ballot).orElse(BallotNumber.NONE),
                accepted.map(a -> hash(a.block())).orElse(Hash.ZERO),
                Bytes.EMPTY);
        return vote.signed(signer(by).sign(vote.message(run.run())));
    }

    BallotMessage.Promise promise(int by, BallotNumber ballot, Optional<Accepted> accepted) {
        return new BallotMessage.Promise(promised(by, ballot, ledger().height(), accepted), accepted);
    }

    /** A vote for a block over {@code parent}. */
    SignedVote.Acked acked(int by, BallotNumber ballot, LedgerState parent, Block block) {
        Hash stateHash = run.ledger().stateHash(after(parent, block));
        return acked(by, ballot, block.height(), hash(block), stateHash);
    }

    SignedVote.Acked acked(int by, BallotNumber ballot, long height, Hash blockHash, Hash stateHash) {
        SignedVote.Acked vote = new SignedVote.Acked(ballot, height, blockHash, stateHash, Bytes.EMPTY);
        return vote.signed(signer(by).sign(vote.message(run.run())));
    }

    CertifiedBlock certified(LedgerState parent, Block block, BallotNumber ballot, int... voters) {
        List<Certificate.Vote> votes = Arrays.stream(voters)
                .mapToObj(v ->
                        new Certificate.Vote(v, acked(v, ballot, parent, block).signature()))
                .toList();
        Hash stateHash = run.ledger().stateHash(after(parent, block));
        return new CertifiedBlock(
                block, new Certificate(ballot.counter(), ballot.authority(), hash(block), stateHash, votes));
    }

    /** Makes it the leader, with its first proposal in flight; authority 0 of 3. */
    BallotMessage.Propose lead() {
        return lead(Optional.empty());
    }

    BallotMessage.Propose lead(Optional<Accepted> accepted) {
        BallotNumber ballot = ((BallotState.Preparing) state.candidacy()).ballot();
        receive((self + 1) % run.count(), promise((self + 1) % run.count(), ballot, accepted));
        if (accepted.isEmpty()) {
            pass(1);
        }
        return sent(BallotMessage.Propose.class).orElseThrow();
    }

    private static Crypto.Signer signer(int index) {
        return MixCrypto.signer(index);
    }
}
