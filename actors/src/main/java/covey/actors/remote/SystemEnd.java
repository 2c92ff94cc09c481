package covey.actors.remote;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of an ActorSystem that has connections, port and all. Artery waits without bound until the other end closes a
 * TLS connection, which a peer that has quarantined this node, or one that is short of CPU, may never do (seen in one
 * of eight to thirty such ends); then the streams are cut off here.
 */
public final class SystemEnd {
    /** A clean end takes 1.2 s. */
    private static final long CUT_AFTER_MS = 2_500;

    private static final int CUT_MAX_COUNT = 10;
    private static final String STREAMS = "/system/Materializers/StreamSupervisor-*";
    private static final Logger LOG = LoggerFactory.getLogger(SystemEnd.class);

    private SystemEnd() {}

    /** Returns when a system that was told to terminate is gone; false if it is not, after 25 s and ten cuts. */
    public static boolean await(ActorSystem<?> ending) {
        CompletableFuture<Done> gone = ending.getWhenTerminated().toCompletableFuture();
        for (int cuts = 0; cuts < CUT_MAX_COUNT; cuts++) {
            if (isDone(gone)) {
                return true;
            }
            LOG.warn("{}: cutting off connections that the other end does not close", ending.name());
            ending.classicSystem().actorSelection(STREAMS).tell(PoisonPill.getInstance(), ActorRef.noSender());
        }
        return gone.isDone();
    }

    private static boolean isDone(CompletableFuture<Done> gone) {
        try {
            gone.get(CUT_AFTER_MS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException e) {
            return true;
        }
    }
}
