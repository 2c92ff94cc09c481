package covey.node.ledger;

import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.ledger.economy.EconomyStatement.Transfer;
import covey.protocol.model.ContentId;
import covey.protocol.model.Economics;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.Presets;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How fast one thread verifies and applies signed transactions: transfers of 128 accounts in full blocks, decoded from
 * their bytes, with the state hash after each block. Making and signing them is not counted.
 *
 * @param transactionCount that counted
 * @param blockCount blocks that held them
 * @param elapsedNs from the first block's bytes to the last state hash
 */
public record LedgerRate(long transactionCount, int blockCount, long elapsedNs) {
    private static final int ACCOUNTS = 128;

    public double transactionsPerSecond() {
        return transactionCount * 1e9 / elapsedNs;
    }

    public static LedgerRate measure(int count) {
        return new Run().measure(count);
    }

    /** A run of one authority. */
    private static final class Run {
        private final RunId id = new RunId(Hash.ZERO);
        private final Crypto.Signer authority = signer(0);
        private final List<Crypto.Signer> accounts =
                IntStream.rangeClosed(1, ACCOUNTS).mapToObj(Run::signer).toList();
        private final LedgerMachine machine = new LedgerMachine(genesis(), id, new Ed25519Crypto());
        private LedgerState state = machine.initial();

        private static Crypto.Signer signer(int number) {
            byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
            seed[0] = (byte) number;
            return Ed25519Signer.of(seed);
        }

        LedgerRate measure(int count) {
            long elapsedNs = 0;
            long counted = 0;
            int blocks = 0;
            for (int from = 0; from < count; from += Limits.BLOCK_MAX_TRANSACTIONS) {
                int size = Math.min(Limits.BLOCK_MAX_TRANSACTIONS, count - from);
                byte[] bytes = BlockCodec.encode(block(size));
                long startNs = System.nanoTime();
                int rejected = apply(bytes);
                elapsedNs += System.nanoTime() - startNs;
                counted += size - rejected;
                blocks++;
            }
            return new LedgerRate(counted, blocks, elapsedNs);
        }

        private int apply(byte[] bytes) {
            try {
                LedgerMachine.Applied applied = machine.apply(state, BlockCodec.decode(bytes));
                state = applied.next();
                machine.stateHash(state);
                return applied.rejections().size();
            } catch (Malformed e) {
                throw new IllegalStateException(e);
            }
        }

        private Block block(int size) {
            List<SignedTransaction> transactions = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                Crypto.Signer from = accounts.get(i % ACCOUNTS);
                Crypto.Signer to = accounts.get((i + 1) % ACCOUNTS);
                Statement one = new Statement.Economic(new Transfer(to.hotkey(), 1));
                long expiryHeight = state.height() + 20;
                transactions.add(TransactionCodec.sign(
                        new Transaction(id, from.hotkey(), Role.OBSERVER, nonce(i), expiryHeight, one), from));
            }
            return new Block(
                    state.height() + 1,
                    state.blockHash(),
                    state.timeMs() + 200,
                    0,
                    authority.sign(BlockCodec.beaconMessage(id, state.height() + 1, state.beacon())),
                    transactions);
        }

        private long nonce(int index) {
            return state.height() * Limits.BLOCK_MAX_TRANSACTIONS + index;
        }

        private Genesis genesis() {
            ContentId none = new ContentId(Hash.ZERO);
            return new Genesis(
                            "bench",
                            Presets.NANO.shape(),
                            1,
                            none,
                            new Genesis.Training(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1),
                            new Genesis.Timing(200, 1_000, 20_000, 10_000, 1, 2, 64),
                            List.of(new Genesis.Member(
                                    authority.hotkey(), authority.hotkey(), Role.AUTHORITY.bit(), "authority")),
                            List.of(new Genesis.Authority(authority.hotkey(), "localhost:1", "localhost:2")),
                            new Genesis.DataManifest("bytes", none, 1_000_000, none, 0, 0, "none"))
                    .withEconomics(economics());
        }

        private Economics economics() {
            Economics.Burn burn = new Economics.Burn(360, 1L << 32, 1, 1, 1);
            return new Economics(
                    accounts.stream()
                            .map(account -> new Economics.Balance(account.hotkey(), 1_000_000))
                            .toList(),
                    List.of(),
                    new Economics.Emission(0, Limits.SUPPLY_MAX, 0, List.of()),
                    new Economics.Registration(1, 0, 0, burn),
                    new Economics.Weights(0, 0, Economics.U16_ONE, 0),
                    new Economics.Takes(0, 0),
                    List.of(),
                    burn,
                    100);
        }
    }
}
