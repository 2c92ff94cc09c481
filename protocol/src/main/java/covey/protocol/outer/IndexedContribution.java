package covey.protocol.outer;

import covey.protocol.contribution.ChunkCursor;
import covey.protocol.contribution.DecodedChunk;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Planes;
import java.util.ArrayList;
import java.util.List;

/** Planes with the norm of each part, and marks from which a reader can start in the middle. */
final class IndexedContribution {
    /** Chunks between two marks. */
    private static final int MARK_INTERVAL = 256;

    private final Planes planes;
    private final List<ChunkCursor.Position> marks = new ArrayList<>();
    private final List<Norm> norms = new ArrayList<>();

    IndexedContribution(Planes planes) {
        this.planes = planes;
        ChunkCursor cursor = planes.cursor();
        DecodedChunk chunk = new DecodedChunk();
        for (Layout.Part part : planes.layout().parts()) {
            Norm norm = Norm.ZERO;
            for (int i = 0; i < part.chunkCount(); i++) {
                if (cursor.position().chunk() % MARK_INTERVAL == 0) {
                    marks.add(cursor.position());
                }
                read(cursor, chunk);
                norm = norm.plus(chunk);
            }
            norms.add(norm);
        }
    }

    /** In the order of the layout's parts. */
    List<Norm> norms() {
        return norms;
    }

    ChunkCursor cursorAt(int chunk) {
        ChunkCursor cursor = planes.cursor(marks.get(chunk / MARK_INTERVAL));
        DecodedChunk skipped = new DecodedChunk();
        for (int i = chunk % MARK_INTERVAL; i > 0; i--) {
            read(cursor, skipped);
        }
        return cursor;
    }

    static void read(ChunkCursor cursor, DecodedChunk into) {
        var rejection = cursor.next(into);
        if (rejection != null) {
            throw new IllegalStateException("contribution: not checked (" + rejection.reason() + ")");
        }
    }
}
