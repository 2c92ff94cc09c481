package covey.chaos.check;

/** Whatever fails around it, an honest node does not stop for good, and the run does not halt (rules A3, C5, D10). */
public final class NobodyHalts implements Checker {
    @Override
    public void see(Event event) {
        if (event instanceof Event.Halted halted) {
            throw new Violation("node " + halted.node() + " halts: " + halted.reason());
        }
        if (event instanceof Event.Certified certified
                && certified.after().halted().isPresent()) {
            throw new Violation("the run halts: " + certified.after().halted().get());
        }
    }
}
