package covey.protocol.round;

import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.List;

public final class PeerMachine {
    public PeerMachine(Genesis genesis, RunId run, Crypto crypto, Hotkey self, int roles) {}

    public PeerState initial() {
        throw new IllegalStateException();
    }

    public Transition apply(PeerState state, PeerInput input) {
        return new Transition(state, List.of());
    }
}
