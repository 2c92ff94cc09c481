package covey.node.door;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a door opens to. All are called on the door's threads, several at once.
 *
 * @param run whose pings are taken
 * @param registered whose pings are kept
 * @param genesis the bytes of genesis.json
 * @param doors what is known besides the pings
 * @param blocks the blocks of this node
 * @param submit present on authorities: takes a transaction, or gives the one line that says why not; may block
 */
public record DoorParts(
        RunId run,
        Crypto crypto,
        Predicate<Hotkey> registered,
        Supplier<Bytes> genesis,
        Supplier<DoorList> doors,
        Blocks blocks,
        Optional<Function<SignedTransaction, Optional<String>>> submit) {

    /**
     * @param lastHeight of the newest block; 0 before the first; quick
     * @param read a block from 1 to {@code lastHeight}; may block
     * @param snapshot the newest, encoded (rule B8); may block
     * @param onHeight called once: registers whom to tell of each new {@code lastHeight}, from any thread
     */
    public record Blocks(
            LongSupplier lastHeight,
            LongFunction<Optional<CertifiedBlock>> read,
            Supplier<Optional<Bytes>> snapshot,
            Consumer<LongConsumer> onHeight) {}
}
