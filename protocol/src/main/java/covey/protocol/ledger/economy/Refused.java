package covey.protocol.ledger.economy;

import java.util.Optional;

/**
 * Why a statement about the asset changed nothing.
 *
 * @param detail for people: the value and the rule
 * @param nextHeight from which the same statement may count, as far as time is what it lacks; 0 if it is not
 */
public record Refused(Why why, String detail, long nextHeight) {
    /** Kinds of refusal; {@link #published} is the name under which users of Bittensor know it, where there is one. */
    public enum Why {
        NO_ECONOMICS(""),
        RANGE(""),
        FUNDS("NotEnoughBalanceToStake"),
        ACCOUNTS_FULL(""),
        AMOUNT_TOO_LOW("AmountTooLow"),
        NOT_OWNER("NonAssociatedColdKey"),
        UNKNOWN_HOTKEY("HotKeyAccountNotExists"),
        NOT_ENOUGH_STAKE_TO_WITHDRAW("NotEnoughStakeToWithdraw"),
        DELEGATE_TAKE_TOO_HIGH("DelegateTakeTooHigh"),
        HOTKEY_ALREADY_REGISTERED("HotKeyAlreadyRegisteredInSubNet"),
        REGISTRATION_PRICE_LIMIT_EXCEEDED("RegistrationPriceLimitExceeded"),
        NO_NEURON_ID_AVAILABLE("NoNeuronIdAvailable"),
        MECHANISM_LIMIT(""),
        NAME(""),
        FROZEN("AdminActionProhibitedDuringWeightsWindow"),
        WEIGHT_VEC_NOT_EQUAL_SIZE("WeightVecNotEqualSize"),
        MECHANISM_DOES_NOT_EXIST("MechanismDoesNotExist"),
        UIDS_LENGTH_EXCEED_UIDS("UidsLengthExceedUidsInSubNet"),
        HOTKEY_NOT_REGISTERED("HotKeyNotRegisteredInSubNet"),
        NOT_ENOUGH_STAKE_TO_SET_WEIGHTS("NotEnoughStakeToSetWeights"),
        INCORRECT_WEIGHT_VERSION_KEY("IncorrectWeightVersionKey"),
        SETTING_WEIGHTS_TOO_FAST("SettingWeightsTooFast"),
        NEURON_NO_VALIDATOR_PERMIT("NeuronNoValidatorPermit"),
        DUPLICATE_UIDS("DuplicateUids"),
        UID_VEC_CONTAINS_INVALID_ONE("UidVecContainInvalidOne"),
        WEIGHT_VEC_LENGTH_IS_LOW("WeightVecLengthIsLow"),
        MAX_WEIGHT_EXCEEDED("MaxWeightExceeded"),
        COMMIT_REVEAL_ENABLED("CommitRevealEnabled"),
        COMMIT_REVEAL_DISABLED("CommitRevealDisabled"),
        COMMITTING_WEIGHTS_TOO_FAST("CommittingWeightsTooFast"),
        TOO_MANY_UNREVEALED_COMMITS("TooManyUnrevealedCommits"),
        NO_WEIGHTS_COMMIT_FOUND("NoWeightsCommitFound"),
        INVALID_REVEAL_COMMIT_HASH_NOT_MATCH("InvalidRevealCommitHashNotMatch"),
        REVEAL_TOO_EARLY("RevealTooEarly"),
        SERVING_RATE_LIMIT_EXCEEDED("ServingRateLimitExceeded"),
        STREAM_LIMIT(""),
        UNKNOWN_STREAM(""),
        NOT_REVOCABLE("");

        private final String published;

        Why(String published) {
            this.published = published;
        }

        public String published() {
            return published;
        }
    }

    static Optional<Refused> because(Why why, String detail) {
        return Optional.of(new Refused(why, detail, 0));
    }

    static Optional<Refused> until(Why why, String detail, long nextHeight) {
        return Optional.of(new Refused(why, detail + " (expected: from height " + nextHeight + ")", nextHeight));
    }
}
