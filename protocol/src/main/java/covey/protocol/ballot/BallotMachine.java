package covey.protocol.ballot;

import covey.protocol.ledger.BlockBuilder;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.model.Genesis;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * An authority of the embedded chain: votes on one block at a time, and proposes when it is its turn (rules B2, B3, B5,
 * C1-C5). Pure; an Ed25519 signature depends on key and message only.
 *
 * <pre>
 * phase    input       condition                                effects                                    next
 * DOWN     Recovered   first start                              Persist                                    ASKING
 *                      vote record there                        -                                          ASKING
 *                      else                                     Stopped                                    MUTE
 * ASKING   Tick        all answered, or enough and 500 ms       as VOTING                                  VOTING
 *                      else                                     AskNewest each 500 ms                      ASKING
 * VOTING   Tick        idle, no progress for T (1 + rank)       Persist, Prepare to all                    preparing
 *                      preparing or proposed, no quorum in T    -                                          backs off
 *                      same, after 500 ms                       Prepare or Propose again                   same
 *                      leading, a block is due                  Propose to all, Persist                    proposed
 *          Prepare     above the promised ballot                Persist, Promise                           idle
 *                      below                                    Nack                                       same
 *          Promise     a quorum, one certified more             Need                                       preparing
 *                      a quorum, one accepted a block           Propose of the highest's block, Persist    proposed
 *                      a quorum                                 -                                          leading
 *          Propose     below the promised ballot                Nack                                       same
 *                      next height, valid, none in this ballot  Persist, Ack                               idle
 *                      other height                             Need, or certified blocks                  same
 *          Ack         a quorum of equal ones                   Finalized, Certified to all                leading
 *          Nack        of the own ballot                        -                                          backs off
 * any but  Certified   next height, valid                       Finalized                                  same
 * DOWN,                gap                                      Need                                       same
 * STOPPED              another hash at a known height           Stopped                                    STOPPED
 *          Need        known height                             Certified, or NeedBlocks                   same
 *          AskNewest   -                                        Newest                                     same
 *          Newest,     own signature that the vote record
 *          Certified,  does not know of                         Stopped                                    MUTE
 *          Recovered
 *          Ack, Certified  a second vote in one slot            Guilty                                     same
 * </pre>
 */
public final class BallotMachine {
    private final BallotContext context;
    private final long seed;

    /**
     * @param signer of an authority of genesis
     * @param seed of the jitter of rule C4
     */
    public BallotMachine(
            Genesis genesis, RunId run, Crypto crypto, Crypto.Signer signer, LedgerMachine ledger, long seed) {
        this(genesis, run, crypto, signer, ledger, seed, Collections.emptySet());
    }

    BallotMachine(
            Genesis genesis,
            RunId run,
            Crypto crypto,
            Crypto.Signer signer,
            LedgerMachine ledger,
            long seed,
            Set<BallotFault> faults) {
        int self = genesis.authorityIndex(signer.hotkey());
        if (self < 0) {
            throw new IllegalArgumentException(
                    "signer: " + signer.hotkey().brief() + " (expected: an authority of genesis)");
        }
        this.context = new BallotContext(
                genesis,
                run,
                crypto,
                signer,
                ledger,
                new BlockBuilder(ledger, genesis, run),
                new CertificateCheck(genesis, run, crypto),
                self,
                faults);
        this.seed = seed;
    }

    public record Transition(BallotState next, List<BallotEffect> effects) {
        public Transition {
            effects = List.copyOf(effects);
        }
    }

    /** The state at the start of the process; {@link BallotInput.Recovered} comes first. */
    public BallotState start() {
        return BallotState.down(context.ledger().initial(), seed);
    }

    public Transition apply(BallotState state, BallotInput input) {
        BallotTurn turn = new BallotTurn(context, state);
        switch (input) {
            case BallotInput.Recovered i -> turn.recovery.recovered(i);
            case BallotInput.Received i -> receive(turn, i.from(), i.message());
            case BallotInput.Tick i -> turn.tick(i);
        }
        return turn.finish();
    }

    private void receive(BallotTurn turn, int from, BallotMessage message) {
        if (from < 0 || from >= context.count() || from == context.self() || !turn.isListening()) {
            return;
        }
        switch (message) {
            case BallotMessage.Prepare m -> turn.acceptor.prepare(from, m);
            case BallotMessage.Promise m -> turn.proposer.promise(from, m);
            case BallotMessage.Propose m -> turn.acceptor.propose(from, m);
            case BallotMessage.Ack m -> turn.proposer.ack(from, m.vote());
            case BallotMessage.Nack m -> turn.proposer.nack(m);
            case BallotMessage.Certified m -> turn.learner.certified(from, m.blocks());
            case BallotMessage.Need m -> turn.learner.serve(from, m.fromHeight());
            case BallotMessage.AskNewest m -> turn.recovery.askNewest(from, m.nonce());
            case BallotMessage.Newest m -> turn.recovery.newest(from, m);
        }
    }
}
