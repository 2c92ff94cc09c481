package covey.chaos.check;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.model.ContentId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Nobody says what a crash could take back: a Commit and an accept need the content on the disk, a Root and a Ready the
 * settlement (rules D6, E1, E3). And one hotkey commits to one content a round, also after a restart.
 */
public final class DurableFirst implements Checker {
    private record Key(int node, long round) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byNode = Integer.compare(node, other.node);
            return byNode != 0 ? byNode : Long.compare(round, other.round);
        }
    }

    private final SortedMap<Key, ContentId> commits = new TreeMap<>();

    @Override
    public void see(Event event) {
        if (event instanceof Event.Said said) {
            said(said);
        }
    }

    private void said(Event.Said event) {
        switch (event.statement()) {
            case Statement.Commit s -> committed(event, s);
            case Statement.Attest s ->
                s.verdicts().stream()
                        .filter(v -> v.code() == 0)
                        .map(Verdict::contribution)
                        .forEach(c -> require(event.onDisk().test(c), event, c.brief() + " is not on its disk"));
            case Statement.Root s -> settled(event, s.round());
            case Statement.Ready s -> settled(event, s.round());
            case Statement.Holds s -> held(event, s);
            case Statement.Absent _,
                    Statement.Present _,
                    Statement.Evaluate _,
                    Statement.Register _,
                    Statement.Economic _ -> {}
        }
    }

    private void held(Event.Said event, Statement.Holds said) {
        List<Commitment> commits = event.ledger().round().stream()
                .filter(r -> r.round() == said.round())
                .flatMap(r -> r.commits().stream())
                .toList();
        byte[] bits = said.bitmap().toArray();
        for (int i = 0; i < commits.size(); i++) {
            boolean bit = (bits[i >> 3] >> (i & 7) & 1) != 0;
            ContentId content = commits.get(i).contribution();
            require(!bit || event.onDisk().test(content), event, content.brief() + " is not on its disk");
        }
    }

    private void committed(Event.Said event, Statement.Commit commit) {
        require(event.onDisk().test(commit.contribution()), event, "its content is not on its disk");
        ContentId known = commits.putIfAbsent(new Key(event.node(), commit.round()), commit.contribution());
        require(known == null || known.equals(commit.contribution()), event, "it committed to another content before");
    }

    private static void settled(Event.Said event, long round) {
        require(event.settledRound() >= round, event, "its disk is at round " + event.settledRound());
    }

    private static void require(boolean holds, Event.Said event, String why) {
        if (!holds) {
            throw new Violation("node " + event.node() + " says " + event.statement() + ", but " + why);
        }
    }
}
