package covey.node.door;

import covey.node.metrics.Latest;
import covey.node.web.HttpSystem;
import covey.node.web.Replies;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The door of rule C7: genesis, blocks and doors for anyone; transactions and pings for authorities. A node that is no
 * authority offers the reading half. Thread-safe; everything runs on the threads of its ActorSystem.
 *
 * <pre>
 * GET  /genesis          the bytes of genesis.json
 * GET  /doors            {@link DoorList} as JSON
 * GET  /height           the last height, as text
 * GET  /blocks?from=H    certified blocks from H on, each after its length as i32; goes on with new ones
 * GET  /snapshot         the newest snapshot of the ledger (rule B8); 404 before the first
 * POST /transactions     one encoded transaction: 200, or 422 and a line that says why
 * POST /ping             one {@link Ping}: 200, or 422 and a line
 * </pre>
 */
public final class Door implements AutoCloseable {
    private static final long BODY_TIMEOUT_MS = 5_000;
    private static final String PATHS = "genesis, doors, height, blocks, snapshot, transactions, ping";
    private static final Duration CLOSE = Duration.ofMillis(200);
    private static final long CLOSE_MS = 3_000;
    /** A port that is taken shows at once; a process with a tenth of a core has taken more than 10 s. */
    private static final long BIND_MS = 300_000;

    private final ActorSystem<?> system;
    private final Executor blocking;
    private final DoorParts parts;
    private final RequestGate gate;
    private final Pings pings;
    private final Latest height;
    private final SnapshotCache snapshots;
    private final ServerBinding binding;

    private Door(ActorSystem<?> system, SSLContext tls, String host, int port, DoorParts parts, RequestGate gate) {
        this.system = system;
        this.blocking = HttpSystem.blocking(system);
        this.parts = parts;
        this.gate = gate;
        this.pings = new Pings(parts.run(), parts.crypto(), parts.registered());
        this.height = new Latest(parts.blocks().lastHeight().getAsLong());
        this.snapshots = new SnapshotCache(parts.blocks().snapshot(), height::value);
        parts.blocks().onHeight().accept(height::raise);
        height.raise(parts.blocks().lastHeight().getAsLong());
        this.binding = Http.get(system)
                .newServerAt(host, port)
                .enableHttps(ConnectionContext.httpsServer(tls))
                .bind(this::handle)
                .toCompletableFuture()
                .orTimeout(BIND_MS, TimeUnit.MILLISECONDS)
                .join();
    }

    /**
     * @param system see {@link HttpSystem}; stays open when the door closes
     * @param tls of a server without client certificates
     * @param host to listen on
     * @param port 0 = any free one
     */
    public static Door open(ActorSystem<?> system, SSLContext tls, String host, int port, DoorParts parts) {
        return open(system, tls, host, port, parts, RequestGate.ofLimits());
    }

    static Door open(ActorSystem<?> system, SSLContext tls, String host, int port, DoorParts parts, RequestGate gate) {
        return new Door(system, tls, host, port, parts, gate);
    }

    /** TCP port that it listens on. */
    public int port() {
        return binding.localAddress().getPort();
    }

    public Pings pings() {
        return pings;
    }

    /** Ends all streams and frees the port; returns when that is done, or after 3 s. */
    @Override
    public void close() {
        binding.terminate(CLOSE)
                .toCompletableFuture()
                .orTimeout(CLOSE_MS, TimeUnit.MILLISECONDS)
                .handle((done, failure) -> done)
                .join();
    }

    private CompletionStage<HttpResponse> handle(HttpRequest request) {
        String source = request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(address -> address.getAddress())
                .map(RequestGate::source)
                .orElse("");
        if (!gate.admit(source, System.nanoTime())) {
            return ignoringBody(request, Replies.line(Replies.TOO_MANY, "requests: too many (expected: fewer)"));
        }
        return switch (request.method().value()) {
            case "GET" ->
                request.getUri().path().equals("/snapshot")
                        ? snapshot(request, source)
                        : ignoringBody(request, get(request, source));
            case "POST" -> post(request);
            default -> ignoringBody(request, Replies.line(Replies.METHOD_NOT_ALLOWED, "method: (expected: GET, POST)"));
        };
    }

    private CompletionStage<HttpResponse> ignoringBody(HttpRequest request, HttpResponse response) {
        request.discardEntityBytes(system);
        return CompletableFuture.completedFuture(response);
    }

    private HttpResponse get(HttpRequest request, String source) {
        return switch (request.getUri().path()) {
            case "/genesis" -> Replies.bytes(parts.genesis().get().unsafeArray());
            case "/doors" -> Replies.json(doors().encode());
            case "/height" -> Replies.line(Replies.OK, Long.toString(height.value()));
            case "/blocks" -> blocks(request, source);
            default -> notFound();
        };
    }

    private static HttpResponse notFound() {
        return Replies.line(Replies.NOT_FOUND, "path: (expected: " + PATHS + ")");
    }

    private DoorList doors() {
        DoorList known = parts.doors().get();
        List<DoorList.Entry> members = new ArrayList<>(known.members());
        pings.members().stream()
                .filter(heard -> known.members().stream()
                        .noneMatch(member -> member.hotkey().equals(heard.hotkey())))
                .forEach(members::add);
        return new DoorList(
                known.authorities(),
                members.stream().limit(Limits.REGISTRY_MAX_COUNT).toList());
    }

    private HttpResponse blocks(HttpRequest request, String source) {
        OptionalLong from = from(request);
        if (from.isEmpty()) {
            return Replies.line(Replies.BAD_REQUEST, "from: (expected: a height from 1)");
        }
        if (!gate.mayStream(source)) {
            return tooManyStreams();
        }
        return stream(source, frames(from.getAsLong()));
    }

    private CompletionStage<HttpResponse> snapshot(HttpRequest request, String source) {
        request.discardEntityBytes(system);
        if (!gate.mayStream(source)) {
            return CompletableFuture.completedFuture(tooManyStreams());
        }
        return CompletableFuture.supplyAsync(snapshots::newest, blocking)
                .thenApply(newest -> newest.map(bytes -> stream(source, Source.single(bytes)))
                        .orElseGet(() -> Replies.line(Replies.NOT_FOUND, "snapshot: none yet (expected: later)")));
    }

    private HttpResponse stream(String source, Source<ByteString, NotUsed> bytes) {
        return HttpResponse.create()
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, counted(source, bytes)));
    }

    private static HttpResponse tooManyStreams() {
        return Replies.line(Replies.UNAVAILABLE, "streams: too many (expected: fewer)");
    }

    private static OptionalLong from(HttpRequest request) {
        return request.getUri()
                .query()
                .get("from")
                .filter(text -> text.matches("[1-9][0-9]{0,17}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    /** Counts a stream from when it runs until it ends, however it does. */
    private Source<ByteString, NotUsed> counted(String source, Source<ByteString, NotUsed> frames) {
        return Source.lazySource(() -> {
                    gate.streamOpened(source, System.nanoTime());
                    return frames.watchTermination((unused, done) -> {
                        done.whenComplete((end, failure) -> gate.streamClosed(source));
                        return unused;
                    });
                })
                .mapMaterializedValue(unused -> NotUsed.getInstance());
    }

    /** Reads a block only when the client has room for it. Ends at a block that this node does not have. */
    private Source<ByteString, NotUsed> frames(long from) {
        return Source.unfoldAsync(
                from,
                next -> height.atLeast(next)
                        .thenApplyAsync(
                                last -> parts.blocks().read().apply(next).map(b -> Pair.create(next + 1, frame(b))),
                                blocking));
    }

    private static ByteString frame(CertifiedBlock block) {
        byte[] encoded = BlockCodec.encode(block);
        return ByteString.fromArrayUnsafe(
                new ByteWriter(encoded.length + 4).sized(Bytes.wrap(encoded)).toByteArray());
    }

    private CompletionStage<HttpResponse> post(HttpRequest request) {
        return switch (request.getUri().path()) {
            case "/transactions" ->
                parts.submit()
                        .map(submit -> take(request, Limits.TRANSACTION_MAX_BYTES, body -> transaction(body, submit)))
                        .orElseGet(() -> ignoringBody(
                                request,
                                Replies.line(Replies.NOT_FOUND, "door: reads only (expected: an authority's)")));
            case "/ping" -> take(request, Limits.PING_MAX_BYTES, pings::take);
            default -> ignoringBody(request, notFound());
        };
    }

    /** Reads a bounded body and answers 200, or 422 with what {@code taker} says. */
    private CompletionStage<HttpResponse> take(
            HttpRequest request, int maxBytes, Function<byte[], Optional<String>> taker) {
        OptionalLong length = request.entity().getContentLengthOption();
        if (length.isPresent() && length.getAsLong() > maxBytes) {
            return ignoringBody(request, tooLarge(maxBytes));
        }
        return request.entity()
                .withSizeLimit(maxBytes)
                .toStrict(BODY_TIMEOUT_MS, system)
                .thenApply(body -> Optional.of(body.getData().toArray()))
                .exceptionally(unfinished -> Optional.empty())
                .thenApplyAsync(
                        body -> body.map(bytes -> answer(taker.apply(bytes))).orElseGet(() -> tooLarge(maxBytes)),
                        blocking);
    }

    private static HttpResponse answer(Optional<String> refused) {
        return refused.map(line -> Replies.line(Replies.UNPROCESSABLE, line.replaceAll("\\R", " ")))
                .orElseGet(() -> Replies.line(Replies.OK, "ok"));
    }

    /** Also for one that did not come in time. */
    private static HttpResponse tooLarge(int maxBytes) {
        return Replies.line(
                Replies.TOO_LARGE,
                "body: too long or too slow (expected: at most " + maxBytes + " bytes in " + BODY_TIMEOUT_MS + " ms)");
    }

    private static Optional<String> transaction(byte[] body, Function<SignedTransaction, Optional<String>> submit) {
        try {
            return submit.apply(TransactionCodec.decode(body));
        } catch (Malformed e) {
            return Optional.of(e.rule());
        }
    }
}
