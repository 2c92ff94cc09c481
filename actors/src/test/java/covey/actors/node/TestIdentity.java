package covey.actors.node;

import covey.actors.remote.TlsIdentity;

/** Identities of tests, by number. */
final class TestIdentity {
    private TestIdentity() {}

    static byte[] seed(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        return seed;
    }

    static TlsIdentity of(int number) {
        return TlsIdentity.of(seed(number));
    }
}
