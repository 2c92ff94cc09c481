package covey.node.bench.ablation;

import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Scale;
import covey.protocol.model.Limits;
import java.util.Arrays;

/** One trainer's error feedback, and its largest values chunk by chunk (rules H2, H3), as many as the recipe says. */
final class SparseSender {
    private static final int SCALE_BITS = 16;

    private final Recipe.Wire wire;
    private final Layout layout;
    private final float[] errorFeedback;
    private final float[] chunk = new float[Limits.CHUNK_LENGTH];

    SparseSender(Recipe.Wire wire, Layout layout) {
        this.wire = wire;
        this.layout = layout;
        errorFeedback = new float[Math.toIntExact(layout.parameterCount())];
    }

    /** What was sent in a round. */
    static final class Sent {
        private final int[][] places;
        private final float[][] values;
        private long bits;

        private Sent(int parts) {
            places = new int[parts][0];
            values = new float[parts][0];
        }

        long bytes() {
            return (bits + 7) / 8;
        }

        double squaredNorm(int part) {
            double sum = 0;
            for (float value : values[part]) {
                sum += (double) value * value;
            }
            return sum;
        }

        void add(int part, double factor, double[] sums, int[] counts) {
            for (int i = 0; i < places[part].length; i++) {
                sums[places[part][i]] += factor * values[part][i];
                counts[places[part][i]]++;
            }
        }
    }

    Sent send(long round, float[] delta) {
        float decay = wire.feedback() ? (float) wire.decay() : 0;
        for (int i = 0; i < delta.length; i++) {
            errorFeedback[i] = decay * errorFeedback[i] + delta[i];
        }
        Sent sent = new Sent(layout.parts().size());
        for (int part = 0; part < layout.parts().size(); part++) {
            sendPart(round, part, sent);
        }
        return sent;
    }

    private void sendPart(long round, int part, Sent sent) {
        Layout.Part where = layout.parts().get(part);
        int most = where.chunkCount() * Math.max(1, wire.kept());
        int[] places = new int[most];
        float[] values = new float[most];
        int count = 0;
        for (int c = where.firstChunk(); c < where.endChunk(); c++) {
            if ((c + round) % wire.turns() == 0) {
                count = sendChunk(c, places, values, count, sent);
            }
        }
        sent.places[part] = Arrays.copyOf(places, count);
        sent.values[part] = Arrays.copyOf(values, count);
    }

    private int sendChunk(int number, int[] places, float[] values, int from, Sent sent) {
        int valid = layout.gather(errorFeedback, number, chunk);
        int[] indices = largest(valid, kept(valid));
        float scale = scale(indices);
        int to = from;
        for (int index : indices) {
            float value = wire.bits() == Recipe.EXACT ? chunk[index] : chunk[index] < 0 ? -scale : scale;
            places[to] = (int) layout.offset(number, index);
            values[to++] = value;
            chunk[index] -= value;
        }
        layout.scatter(chunk, number, errorFeedback);
        int valueBits = wire.bits() == Recipe.EXACT ? Float.SIZE : 1;
        sent.bits += SCALE_BITS + (long) valueBits * indices.length + gapBits(indices, valid);
        return to;
    }

    private int kept(int valid) {
        return Math.max(1, (wire.kept() * valid + Limits.CHUNK_LENGTH / 2) / Limits.CHUNK_LENGTH);
    }

    /** Indices of the largest magnitudes, ascending; ties to the lower index. */
    private int[] largest(int valid, int kept) {
        float[] magnitudes = new float[valid];
        for (int i = 0; i < valid; i++) {
            magnitudes[i] = Math.abs(chunk[i]);
        }
        float[] sorted = magnitudes.clone();
        Arrays.sort(sorted);
        float threshold = sorted[valid - kept];
        int ties = kept;
        for (int i = valid - kept; i < valid; i++) {
            ties -= sorted[i] > threshold ? 1 : 0;
        }
        int[] indices = new int[kept];
        for (int i = 0, at = 0; at < kept; i++) {
            if (magnitudes[i] > threshold || magnitudes[i] == threshold && ties-- > 0) {
                indices[at++] = i;
            }
        }
        return indices;
    }

    private float scale(int[] indices) {
        double sum = 0;
        for (int index : indices) {
            sum += Math.abs(chunk[index]);
        }
        return Scale.value(Scale.units(Scale.pattern(sum / indices.length)), 1);
    }

    /** In the Rice code that suits the mean gap best. */
    private static long gapBits(int[] indices, int valid) {
        int rice = 31 - Integer.numberOfLeadingZeros(Math.max(1, valid * 7 / 10 / indices.length));
        long bits = 0;
        int before = -1;
        for (int index : indices) {
            bits += rice + 1 + (index - before - 1 >> rice);
            before = index;
        }
        return bits;
    }
}
