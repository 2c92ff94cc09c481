package covey.node.cli;

import covey.node.wiring.EngineFactory;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;

/** Makes engines that continue a prompt by its reverse. */
public final class EchoEngineFactory implements EngineFactory {
    @Override
    public Engine open(Genesis genesis, TokenSource train, TokenSource heldOut, int threads) {
        return (Engine) Proxy.newProxyInstance(
                Engine.class.getClassLoader(),
                new Class<?>[] {Engine.class},
                (self, method, args) -> switch (method.getName()) {
                    case "load" -> root((MemorySegment) args[0]);
                    case "generate" -> reversed((int[]) args[0]);
                    case "close" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static ContentId root(MemorySegment theta) {
        return ContentHash.of(theta, new TestCrypto());
    }

    private static int[] reversed(int[] prompt) {
        int[] out = new int[prompt.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = prompt[out.length - 1 - i];
        }
        return out;
    }
}
