package covey.protocol.model;

/**
 * Every bound of the system, with its unit. Whatever comes from outside is compared with these before it costs
 * anything.
 */
public final class Limits {
    /** Contributions in one collect set: keeps |N| of rule H6 below 2^53. */
    public static final int COLLECT_MAX_COUNT = 256;
    /** Q16 clip and trust factors. */
    public static final int FACTOR_ONE = 1 << 16;
    /** Largest scale in units of 2^-24: fp16 8.0 (rule H3). */
    public static final int SCALE_MAX_UNITS = 1 << 27;
    /** Largest level of a value (rule H6). */
    public static final int LEVEL_MAX = 3;
    /** Values of a chunk (rule H1). */
    public static final int CHUNK_LENGTH = 4096;
    /** Side of the square tile that a chunk of a matrix is. */
    public static final int TILE_SIDE = 64;
    /** Bytes of a segment of a content (rule A1). */
    public static final int SEGMENT_BYTES = 256 << 10;
    /** Largest content: 64 Gi bytes, above θ of a 15B model; larger models are cut into several contents. */
    public static final long CONTENT_MAX_BYTES = 64L << 30;
    /** Largest header of a contribution (rule H4). */
    public static final int CONTRIBUTION_HEADER_MAX_BYTES = 720;
    /** Largest contribution: the 72B shape at 2 bits is 1.4 GB. */
    public static final long CONTRIBUTION_MAX_BYTES = 2L << 30;

    /** Largest encoded transaction: an Attest over 256 items is under 12 KiB. */
    public static final int TRANSACTION_MAX_BYTES = 16 << 10;

    public static final int BLOCK_MAX_TRANSACTIONS = 1024;
    public static final int BLOCK_MAX_BYTES = 1 << 20;
    /** Transactions of one hotkey in one block. */
    public static final int BLOCK_HOTKEY_TRANSACTIONS = 16;
    /** Transactions waiting at an authority, and of one hotkey among them. */
    public static final int MEMPOOL_MAX_COUNT = 8192;

    public static final int MEMPOOL_HOTKEY_COUNT = 64;
    /** Registrations among them; they never take the space of statements of rounds (rule B1). */
    public static final int MEMPOOL_REGISTER_COUNT = 1024;
    /** Heights that a transaction may live. */
    public static final int EXPIRY_MAX_HEIGHTS = 600;
    /** Hotkeys in the registry. */
    public static final int REGISTRY_MAX_COUNT = 1024;
    /** Bytes of an address in a statement. */
    public static final int ADDRESS_MAX_BYTES = 256;
    /** Bytes of a registered label. */
    public static final int LABEL_MAX_BYTES = 64;
    /** Bytes of the reason in an Absent or Present. */
    public static final int REASON_MAX_BYTES = 128;
    /** Commitments of a round, one a registered hotkey, as a bitmap. */
    public static final int HOLDS_MAX_BYTES = REGISTRY_MAX_COUNT / 8;
    /** Transactions of one hotkey that counted and have not expired. */
    public static final int NONCES_MAX_COUNT = 1024;
    /** Registrations in one block; the rest is kept free for statements of rounds (rule B1). */
    public static final int BLOCK_REGISTER_TRANSACTIONS = 64;
    /** Leading zero bits that registration's proof of work needs: about 65,000 hashes, 50 ms. */
    public static final int REGISTER_WORK_BITS = 16;
    /** One step of ledger time (rule B2). */
    public static final long BLOCK_TIME_MAX_MS = 10_000;

    public static final int AUTHORITIES_MAX_COUNT = 5;
    /** A ballot counter may exceed the highest seen by so much (rule C1). */
    public static final long BALLOT_JUMP_MAX = 1L << 20;
    /** T of rule C4; never below twice the interval of empty blocks. */
    public static final long BALLOT_TIMEOUT_MS = 2_000;
    /** Certified blocks in one message between authorities. */
    public static final int CERTIFIED_MAX_COUNT = 64;
    /** Largest message between authorities: a full block with its certificate and more. */
    public static final int BALLOT_MESSAGE_MAX_BYTES = BLOCK_MAX_BYTES + (64 << 10);

    /** Inner steps of a round. */
    public static final int INNER_STEPS_MAX = 10_000;
    /** Data slots that may wait for the end of a pass; beyond it the oldest are used at once (rule I2). */
    public static final int RETURNED_SLOTS_MAX_COUNT = 4096;
    /** Finished rounds that the ledger state remembers. */
    public static final int ROUND_HISTORY_COUNT = 16;
    /** Chunks of a contribution that are compared with others': 512 KiB of bitmaps each, over all rounds remembered. */
    public static final int FINGERPRINT_CHUNKS = 512;
    /** Sealed rounds whose evaluations may be said: a validator scores a round while the next one is trained. */
    public static final int EVALUATION_ROUNDS = 4;

    /** Scored rounds that count as evidence about a trainer (rule J1). */
    public static final int EVIDENCE_ROUNDS = 16;
    /** Unfetched commitments counted against a hotkey (rule D9). */
    public static final int UNFETCHED_MAX_COUNT = 7;

    /** Bulk datagram: header and data fit an MTU of 1408 (stack: 1376 bytes of payload). */
    public static final int DATAGRAM_MAX_BYTES = 1376;
    /** Bytes that a bulk datagram's offset and length are multiples of, the content's end apart; 42 leaf hashes. */
    public static final int TRANSFER_UNIT_BYTES = 1344;
    /** Largest bulk datagram where both ends are on the loopback interface, whose packets may be larger: 6 units. */
    public static final int DATAGRAM_LOOPBACK_MAX_BYTES = 8160;
    /** Ranges in one bulk request. A segment, of 196 units, never has more gaps. */
    public static final int REQUEST_RANGES_MAX_COUNT = 98;
    /** Requests of one fetcher that wait at a holder; more are dropped. */
    public static final int REQUESTS_WAITING_MAX_COUNT = 256;
    /** Segments that a node's fetches may have in memory at once: 32 MiB. */
    public static final int SEGMENTS_IN_MEMORY_MAX_COUNT = 128;
    /** Peers that may have bulk links with a node at once. */
    public static final int BULK_PEERS_MAX = 64;

    public static final int BULK_TERM_BYTES = 1 << 20;
    /** Fetches in progress on a node. */
    public static final int FETCHES_MAX_COUNT = 512;
    /** Probes in progress on a node. */
    public static final int PROBES_MAX_COUNT = 64;
    /** A probe ends after so long. */
    public static final long PROBE_NS = 10_000_000_000L;
    /** Holders that one fetch uses at once. */
    public static final int FETCH_HOLDERS_MAX_COUNT = 4;

    /** Largest control envelope between nodes. */
    public static final int CONTROL_MAX_BYTES = 32 << 10;
    /** Largest journal entry. */
    public static final int JOURNAL_ENTRY_MAX_BYTES = 2 << 20;

    public static final int GENESIS_MAX_BYTES = 4 << 20;

    /** Largest certified block: five votes and their lengths stand after the block. */
    public static final int CERTIFIED_BLOCK_MAX_BYTES = BLOCK_MAX_BYTES + 1024;
    /** Requests of one source address at a door: a second, and at once after a pause. */
    public static final int DOOR_REQUESTS_PER_SECOND = 200;

    public static final int DOOR_BURST_COUNT = 400;
    /** Source addresses that a door remembers. */
    public static final int DOOR_SOURCES_MAX_COUNT = 4096;
    /** Block streams of a door at once, and of one source address among them. */
    public static final int DOOR_STREAMS_MAX_COUNT = 256;

    public static final int DOOR_SOURCE_STREAMS_MAX_COUNT = 64;
    /**
     * Blocks that a round which would be sealed empty waits at least: when authorities were cut off, one block takes
     * ledger time further by 10 s, and validators speak only after they have seen one.
     */
    public static final int EMPTY_SEAL_MIN_BLOCKS = 5;

    /** Heights between snapshots of the ledger (rule B8): each costs what a block's state hash does, and a file. */
    public static final int SNAPSHOT_INTERVAL_BLOCKS = 64;

    /** Largest snapshot that is read: a thousand times what a run of four trainers has. */
    public static final int SNAPSHOT_MAX_BYTES = 16 << 20;
    /** Largest list of doors: a thousand entries. */
    public static final int DOOR_LIST_MAX_BYTES = 512 << 10;
    /** Largest ping. */
    public static final int PING_MAX_BYTES = 512;
    /** Requests that wait to be sent to one door; the oldest are dropped. */
    public static final int DOOR_POSTS_MAX_COUNT = 1024;
    /** Events that a node keeps for those who begin to watch, and that wait to be written. */
    public static final int EVENTS_KEPT_COUNT = 1024;

    public static final int EVENTS_WAITING_MAX_COUNT = 8192;
    /** Clients that watch the events of a node at once. */
    public static final int EVENT_STREAMS_MAX_COUNT = 64;
    /** Text of one corpus that is prepared in memory, and of one of its files. */
    public static final long CORPUS_MAX_BYTES = 1L << 30;

    public static final int CORPUS_FILE_MAX_BYTES = 1 << 30;
    /** One document among JSON lines. */
    public static final int DOCUMENT_MAX_BYTES = 64 << 20;
    /** Tokens of a BPE tokenizer, bytes of one, and bytes of its file. */
    public static final int BPE_VOCABULARY_MAX_COUNT = 1 << 16;

    public static final int BPE_TOKEN_MAX_BYTES = 1024;
    public static final int TOKENIZER_MAX_BYTES = 16 << 20;
    /** Bounds of a model's shape; the 72B shape uses 262144, 28672, 80 and 2048 of them. */
    public static final int MODEL_VOCABULARY_MAX = 1 << 20;

    public static final int MODEL_WIDTH_MAX = 1 << 16;
    public static final int MODEL_LAYERS_MAX = 512;
    public static final int MODEL_SEQUENCE_MAX = 1 << 17;
    /** Windows of one inner step. */
    public static final int BATCH_MAX_COUNT = 1 << 16;
    /** Sections of one record. */
    public static final int RECORD_SECTIONS_MAX_COUNT = 4096;

    /** Units of the asset; sums of amounts never overflow. */
    public static final long SUPPLY_MAX = 1L << 60;

    public static final int UIDS_MAX_COUNT = 256;
    public static final int MECHANISMS_MAX_COUNT = 16;
    /** Accounts with a balance, stakes in all, and accounts that stake on one hotkey. */
    public static final int ACCOUNTS_MAX_COUNT = 1 << 14;

    public static final int STAKES_MAX_COUNT = 1 << 14;
    public static final int STAKERS_MAX_COUNT = 1024;
    /** Income streams, those of one account, and recipients of one. */
    public static final int STREAMS_MAX_COUNT = 1024;

    public static final int ACCOUNT_STREAMS_MAX_COUNT = 16;
    public static final int RECIPIENTS_MAX_COUNT = 16;
    /** Commits of weights of one hotkey that are not revealed. */
    public static final int COMMITS_MAX_COUNT = 10;
    /** Epochs between a commit of weights and its reveal. */
    public static final int REVEAL_EPOCHS_MAX = 100;

    public static final int SALT_MAX_COUNT = 32;
    /** Values of 16 bits that a node salts with. */
    public static final int SALT_COUNT = 16;
    /** Epochs in one block; others wait for the next. */
    public static final int BLOCK_EPOCHS_MAX_COUNT = 2;
    /** Heights before an epoch in which a mechanism's parameters stay as they are. */
    public static final int RULE_FREEZE_HEIGHTS = 10;
    /** Statements about the asset in one block; the rest is kept free for statements of rounds (rule B1). */
    public static final int BLOCK_ECONOMY_TRANSACTIONS = 512;

    static {
        long numerator = (long) COLLECT_MAX_COUNT * SCALE_MAX_UNITS * LEVEL_MAX;
        if (numerator > (1L << 53) / FACTOR_ONE) {
            throw new AssertionError("collect numerator can reach 2^53 (rule H6)");
        }
    }

    private Limits() {}
}
