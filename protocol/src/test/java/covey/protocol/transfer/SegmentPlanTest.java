package covey.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentPlanTest {
    @Test
    void shouldCutAContent() {
        SegmentPlan plan = new SegmentPlan(Limits.SEGMENT_BYTES + 1345L);

        assertThat(plan.segmentCount()).isEqualTo(2);
        assertThat(plan.unitsOf(0)).isEqualTo(196);
        assertThat(plan.unitsOf(1)).isEqualTo(2);
        assertThat(plan.bytesOf(SegmentPlan.LEAVES)).isEqualTo(64);
        assertThat(plan.bytesOf(0, new UnitRange(195, 1))).isEqualTo(64);
        assertThat(plan.bytesOf(1, new UnitRange(1, 1))).isEqualTo(1);
    }

    @Test
    void shouldTakeOnlyWholeUnitsWithinTheSegment() {
        SegmentPlan plan = new SegmentPlan(3000);

        assertThat(plan.isUnits(0, 0, 1344)).isTrue();
        assertThat(plan.isUnits(0, 0, 3000)).isTrue();
        assertThat(plan.isUnits(0, 2688, 312)).isTrue();
        assertThat(plan.isUnits(0, 2688, 311)).isFalse();
        assertThat(plan.isUnits(0, 2688, 313)).isFalse();
        assertThat(plan.isUnits(0, 1, 1344)).isFalse();
        assertThat(plan.isUnits(0, 0, 0)).isFalse();
        assertThat(plan.isUnits(0, -1344, 1344)).isFalse();
        assertThat(plan.isUnits(1, 0, 1344)).isFalse();
        assertThat(plan.isUnits(0, 1344, Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void shouldHaveFewEnoughLeafUnitsForARequestAtTheLargestContent() {
        SegmentPlan plan = new SegmentPlan(Limits.CONTENT_MAX_BYTES);

        assertThat(plan.unitsOf(SegmentPlan.LEAVES)).isLessThan(1 << 16);
    }

    @Test
    void bitmapsAgreeWithBitSets() {
        Seed.range(200).forEach(seed -> {
            Seed random = Seed.of(seed);
            int size = 1 + random.nextInt(300);
            BitSet expected = new BitSet();
            Bitmap bitmap = Bitmap.empty(size);
            for (int i = 0; i < 20; i++) {
                int first = random.nextInt(size);
                UnitRange range = new UnitRange(first, random.nextInt(Math.min(70, size - first) + 1));
                bitmap = bitmap.with(range);
                expected.set(range.first(), range.end());
            }
            int missing = expected.nextClearBit(0);
            assertThat(bitmap.count()).as("%s", random).isEqualTo(expected.cardinality());
            assertThat(bitmap.nextMissing(0)).isEqualTo(missing < size ? missing : -1);
            List<UnitRange> runs = bitmap.missing(size);
            runs.forEach(run -> expected.set(run.first(), run.end()));
            assertThat(runs.stream().mapToInt(UnitRange::count).sum()).isEqualTo(size - bitmap.count());
            assertThat(expected.cardinality()).isEqualTo(size);
        });
    }
}
