package covey.node.web;

import covey.node.metrics.EventLog;
import covey.node.metrics.EventLog.Numbered;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Events as server-sent events: first those that are kept, then each as it comes; {@code Last-Event-ID} goes on after
 * that number. A client that reads slowly misses the oldest; it costs no memory.
 */
final class EventStream {
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final ByteString COMMENT = ByteString.fromString(":\n\n");

    private final EventLog events;
    private final AtomicInteger watching;

    /** @param watching counts the streams that run */
    EventStream(EventLog events, AtomicInteger watching) {
        this.events = events;
        this.watching = watching;
    }

    HttpResponse answer(HttpRequest request) {
        long first = request.getHeader("Last-Event-ID")
                .map(header -> header.value())
                .filter(value -> value.matches("[0-9]{1,18}"))
                .map(value -> Long.parseLong(value) + 1)
                .filter(next -> next <= events.lastNumber() + 1)
                .orElse(1L);
        return HttpResponse.create()
                .withEntity(HttpEntities.create(ContentTypes.parse("text/event-stream"), from(first)));
    }

    private Source<ByteString, NotUsed> from(long first) {
        return Source.lazySource(() -> {
                    watching.incrementAndGet();
                    return Source.single(COMMENT).concat(numbered(first)).watchTermination((unused, done) -> {
                        done.whenComplete((end, failure) -> watching.decrementAndGet());
                        return unused;
                    });
                })
                .mapMaterializedValue(unused -> NotUsed.getInstance());
    }

    private Source<ByteString, NotUsed> numbered(long first) {
        return Source.unfoldAsync(
                        first,
                        next -> events.from(next)
                                .thenApply(event -> Optional.of(Pair.create(event.number() + 1, text(event)))))
                .keepAlive(SILENCE, () -> COMMENT);
    }

    private static ByteString text(Numbered numbered) {
        String text = "id: " + numbered.number() + "\nevent: "
                + numbered.event().kind() + "\ndata: " + numbered.event().toJson() + "\n\n";
        return ByteString.fromArrayUnsafe(text.getBytes(StandardCharsets.UTF_8));
    }
}
