package covey.compute.check;

import covey.protocol.contribution.Layout;
import covey.protocol.port.Engine;

/** Makes a signed contribution of planes. */
@FunctionalInterface
public interface Sealer {
    /** @param number of who signs; each number is another hotkey */
    Engine.Applied seal(Layout layout, byte[] planes, int number);
}
