package covey.actors.judge;

import covey.protocol.score.ScoreBook;

/** Where a validator's scores are kept. Called on the scorer's thread; may write to the disk. */
public interface ScoreSink {
    /** Of a node that scores nobody. */
    ScoreSink NONE = new ScoreSink() {
        @Override
        public ScoreBook begin() {
            return ScoreBook.EMPTY;
        }

        @Override
        public void scored(ScoreBook.Round round, ScoreBook.Page page) {}
    };

    /** The book that earlier rounds left, {@link ScoreBook#EMPTY} at the first start. */
    ScoreBook begin();

    /** @param page what follows from {@code round} and the book before it */
    void scored(ScoreBook.Round round, ScoreBook.Page page);
}
