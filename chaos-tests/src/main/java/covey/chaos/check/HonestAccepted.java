package covey.chaos.check;

import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.Hotkey;
import java.util.function.Predicate;

/** No contribution of an honest trainer is rejected for a fault (L3); at worst nobody could fetch it. */
public final class HonestAccepted implements Checker {
    private final Predicate<Hotkey> honest;
    private long round;

    public HonestAccepted(Predicate<Hotkey> honest) {
        this.honest = honest;
    }

    @Override
    public void see(Event event) {
        if (event instanceof Event.Certified certified) {
            for (SealedRound sealed :
                    certified.after().rounds().sealed().tailMap(round + 1).values()) {
                round = sealed.round();
                sealed.refused().forEach(this::refused);
            }
        }
    }

    private void refused(Refused refused) {
        if (honest.test(refused.hotkey()) && refused.code() != 0 && refused.code() != Refused.NO_JUDGE) {
            throw new Violation("honest contribution " + refused.contribution().brief() + " of round " + round
                    + " is refused with code " + refused.code());
        }
    }
}
