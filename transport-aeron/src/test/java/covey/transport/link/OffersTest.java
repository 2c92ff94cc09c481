package covey.transport.link;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer.Offer;
import covey.transport.guard.SessionGate;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffersTest {
    private static final Hotkey FETCHER = new Hotkey(new Hash(1, 2, 3, 4));

    private final Offers offers = new Offers(new SecureRandom(), new SessionGate(), "127.0.0.1:1", "127.0.0.1:2");

    @Test
    void shouldRepeatAnOfferUntilALinkCame() {
        Offer first = offers.offerFor(FETCHER);
        assertThat(offers.offerFor(FETCHER)).isEqualTo(first);

        offers.take(new Offers.Made(FETCHER, first));
        Offer second = offers.offerFor(FETCHER);

        assertThat(second.token()).isNotEqualTo(first.token());
        assertThat(offers.bySession(first.requestSessionId())).contains(new Offers.Made(FETCHER, first));
        assertThat(offers.bySession(second.requestSessionId())).contains(new Offers.Made(FETCHER, second));
    }

    @Test
    void shouldEndTheFormerOfferWhenTheLatestIsTaken() {
        Offer first = offers.offerFor(FETCHER);
        offers.take(new Offers.Made(FETCHER, first));
        Offer second = offers.offerFor(FETCHER);

        offers.take(new Offers.Made(FETCHER, second));

        assertThat(offers.bySession(first.requestSessionId())).isEmpty();
        assertThat(offers.bySession(second.requestSessionId())).isPresent();
    }

    @Test
    void shouldForgetAFetcher() {
        Offer offer = offers.offerFor(FETCHER);
        offers.forget(FETCHER);

        assertThat(offers.bySession(offer.requestSessionId())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:5001", "node-1.example.org:1", "[::1]:65535"})
    void shouldTakeAnEndpoint(String text) {
        assertThat(Channels.isEndpoint(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", "h:1|term-length=1g", "h:123456", "a:1:2", "aeron:udp?endpoint=h:1"})
    void shouldRefuseWhatIsNoEndpoint(String text) {
        assertThat(Channels.isEndpoint(text)).isFalse();
    }
}
