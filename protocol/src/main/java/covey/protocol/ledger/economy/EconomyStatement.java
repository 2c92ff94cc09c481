package covey.protocol.ledger.economy;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.yuma.EpochRule;
import java.util.List;

/**
 * What a key says about the asset. The signer is an account (a coldkey) or a hotkey, as each says. Amounts are units.
 */
public sealed interface EconomyStatement {

    // ---- by an account

    record Transfer(Hotkey to, long amount) implements EconomyStatement {}

    record AddStake(Hotkey hotkey, long amount) implements EconomyStatement {}

    record RemoveStake(Hotkey hotkey, long amount) implements EconomyStatement {}

    /** By the hotkey's coldkey: what it keeps of its stakers' dividends, in 1/65535. */
    record SetTake(Hotkey hotkey, int takeU16) implements EconomyStatement {}

    /** By the hotkey's coldkey: burns the price for a uid, if it is at most {@code limitPrice}. */
    record BuyUid(Hotkey hotkey, long limitPrice) implements EconomyStatement {}

    /**
     * By the coldkey of {@code hotkey}, the owner-to-be: burns the price for a new mechanism.
     *
     * @param description hash of the text that says what is scored and how
     */
    record RegisterMechanism(Hotkey hotkey, String name, Terms terms, Hash description, long limitPrice)
            implements EconomyStatement {}

    /** By the owner's coldkey: other parameters from the next epoch on. */
    record SetTerms(int mechanism, Terms terms) implements EconomyStatement {}

    /**
     * Gives away a percentage of the income that the signer gets under {@code root}: of its own income if that is its
     * own key, else of what it receives from the streams of that account.
     *
     * @param percent 1 to 100; of one account and root together at most 100
     * @param intervalBlocks between two payments; 0: when asked
     * @param endHeight after which it is closed
     * @param revocableFrom height from which the signer may close it
     */
    record OpenStream(
            Hotkey root, int percent, List<Share> recipients, int intervalBlocks, long endHeight, long revocableFrom)
            implements EconomyStatement {
        public OpenStream {
            recipients = List.copyOf(recipients);
        }
    }

    /** @param weight 1 to 65535 */
    record Share(Hotkey account, int weight) {}

    record CloseStream(long stream) implements EconomyStatement {}

    /** By its owner or a recipient: pays out now what has gathered. */
    record RunStream(long stream) implements EconomyStatement {}

    // ---- by a hotkey

    /** What share of the emission each mechanism should get; weighs as much as the stake on the hotkey. */
    record Vote(List<Integer> mechanisms, List<Integer> values) implements EconomyStatement {
        public Vote {
            mechanisms = List.copyOf(mechanisms);
            values = List.copyOf(values);
        }
    }

    record SetWeights(int mechanism, List<Integer> uids, List<Integer> values, long versionKey)
            implements EconomyStatement {
        public SetWeights {
            uids = List.copyOf(uids);
            values = List.copyOf(values);
        }
    }

    /** @param hash of {@link covey.protocol.yuma.WeightCommit} */
    record CommitWeights(int mechanism, Hash hash) implements EconomyStatement {}

    record RevealWeights(SetWeights weights, List<Integer> salt) implements EconomyStatement {
        public RevealWeights {
            salt = List.copyOf(salt);
        }
    }

    /** "I changed what I do": nobody's bonds with the signer outlive the next epoch. */
    record ResetBonds(int mechanism) implements EconomyStatement {}

    /** The signer judges with the weights of another hotkey, in the linear rule; with its own if it names itself. */
    record Follow(int mechanism, Hotkey hotkey) implements EconomyStatement {}

    /** Where the signer serves. Public: never a secret. */
    record Serve(Bytes address) implements EconomyStatement {}

    /**
     * How a mechanism decides.
     *
     * @param rule with its parameters
     * @param revealEpochs between a commit of weights and its reveal; 0: weights are set in the open
     * @param versionKey least version that weights must name; 0: any
     */
    record Terms(EpochRule rule, int revealEpochs, long versionKey) {}
}
