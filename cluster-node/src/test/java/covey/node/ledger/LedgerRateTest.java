package covey.node.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerRateTest {
    @Test
    void shouldApplyEachTransactionItMade() {
        LedgerRate rate = LedgerRate.measure(1_100);
        assertThat(rate.transactionCount()).isEqualTo(1_100);
        assertThat(rate.blockCount()).isEqualTo(2);
        assertThat(rate.transactionsPerSecond()).isPositive();
    }
}
