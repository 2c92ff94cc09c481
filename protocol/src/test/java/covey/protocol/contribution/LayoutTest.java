package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.testing.TestCrypto;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
    /** Vectors before, between and after matrices; 5000 values of vectors make a full and a padded chunk. */
    static final Layout MIXED = Layout.of(List.of(
            new Tensor("a", 3000, 1),
            new Tensor("m", 128, 192),
            new Tensor("b", 1500, 1),
            new Tensor("n", 64, 64),
            new Tensor("c", 500, 1)));

    @Test
    void shouldCoverEachParameterOnce() {
        for (Layout layout : List.of(MIXED, Layout.of(new ModelShape(256, 64, 2, 2, 2, 192, 128, true)))) {
            BitSet seen = new BitSet();
            for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
                for (int i = 0; i < layout.validCount(chunk); i++) {
                    int at = Math.toIntExact(layout.offset(chunk, i));
                    assertThat(seen.get(at)).as("chunk %d index %d", chunk, i).isFalse();
                    seen.set(at);
                }
            }
            assertThat(seen.cardinality()).isEqualTo((int) layout.parameterCount());
            assertThat(seen.length()).isEqualTo((int) layout.parameterCount());
        }
    }

    @Test
    void shouldCutTilesRowByRowAndVectorsLast() {
        assertThat(MIXED.chunkCount()).isEqualTo(6 + 1 + 2);
        assertThat(MIXED.parts())
                .containsExactly(
                        new Layout.Part("m", 0, 6), new Layout.Part("n", 6, 1), new Layout.Part("vectors", 7, 2));
        assertThat(MIXED.offset(0, 65)).isEqualTo(3000 + 192 + 1);
        assertThat(MIXED.offset(1, 0)).isEqualTo(3000 + 64);
        assertThat(MIXED.offset(3, 0)).isEqualTo(3000 + 64 * 192);
        assertThat(MIXED.offset(7, 2999)).isEqualTo(2999);
        assertThat(MIXED.offset(7, 3000)).isEqualTo(3000 + 128 * 192);
        assertThat(MIXED.offset(8, 403)).isEqualTo(3000 + 128 * 192 + 1499);
        assertThat(MIXED.offset(8, 404)).isEqualTo(3000 + 128 * 192 + 1500 + 4096);
        assertThat(MIXED.validCount(8)).isEqualTo(5000 - 4096);
        assertThat(MIXED.keptCount(8)).isEqualTo((64 * 904 + 2048) / 4096);
        assertThat(MIXED.keptCount(0)).isEqualTo(64);
    }

    @Test
    void shouldGatherAndScatterWhatOffsetSays() {
        float[] values = new float[(int) MIXED.parameterCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        float[] back = new float[values.length];
        float[] piece = new float[Limits.CHUNK_LENGTH];
        for (int chunk = 0; chunk < MIXED.chunkCount(); chunk++) {
            assertThat(MIXED.gather(values, chunk, piece)).isEqualTo(MIXED.validCount(chunk));
            for (int i = 0; i < MIXED.validCount(chunk); i++) {
                assertThat(piece[i]).isEqualTo(values[(int) MIXED.offset(chunk, i)]);
            }
            MIXED.scatter(piece, chunk, back);
        }
        assertThat(back).isEqualTo(values);
    }

    @Test
    void shouldHashNamesAndShapes() {
        TestCrypto crypto = new TestCrypto();
        Layout wide = Layout.of(List.of(new Tensor("m", 64, 128)));
        Layout tall = Layout.of(List.of(new Tensor("m", 128, 64)));
        assertThat(wide.hash(crypto)).isNotEqualTo(tall.hash(crypto));
        assertThat(wide.hash(crypto)).isEqualTo(Layout.of(wide.tensors()).hash(crypto));
    }

    @Test
    void shouldRefuseMatricesThatDoNotTile() {
        assertThatThrownBy(() -> Layout.of(List.of(new Tensor("m", 64, 96))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("m: 64 x 96");
    }
}
