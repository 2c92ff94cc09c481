package covey.protocol.wire;

/**
 * BLAKE2b with 32 bytes of output and no key (RFC 7693): the hash under which weights are committed, as on Bittensor,
 * so that one commitment is checked the same way on both.
 */
public final class Blake2b {
    public static final int BYTES = 32;

    private static final int BLOCK_BYTES = 128;
    private static final long[] START = {
        0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
        0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L
    };
    private static final String[] ORDER = {
        "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d",
        "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0"
    };

    private Blake2b() {}

    public static byte[] hash(byte[] input) {
        long[] state = START.clone();
        state[0] ^= 0x01010000L ^ BYTES;
        int blocks = Math.max(1, (input.length + BLOCK_BYTES - 1) / BLOCK_BYTES);
        for (int b = 0; b < blocks; b++) {
            boolean last = b == blocks - 1;
            long counted = last ? input.length : (long) (b + 1) * BLOCK_BYTES;
            compress(state, words(input, b * BLOCK_BYTES), counted, last);
        }
        byte[] out = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            out[i] = (byte) (state[i >> 3] >>> (8 * (i & 7)));
        }
        return out;
    }

    private static long[] words(byte[] input, int from) {
        long[] words = new long[16];
        for (int i = 0; i < BLOCK_BYTES && from + i < input.length; i++) {
            words[i >> 3] |= (input[from + i] & 0xFFL) << (8 * (i & 7));
        }
        return words;
    }

    private static void compress(long[] state, long[] words, long counted, boolean last) {
        long[] v = new long[16];
        System.arraycopy(state, 0, v, 0, 8);
        System.arraycopy(START, 0, v, 8, 8);
        v[12] ^= counted;
        v[14] ^= last ? -1 : 0;
        for (int round = 0; round < 12; round++) {
            String order = ORDER[round % 10];
            for (int i = 0; i < 8; i++) {
                int a = i & 3;
                int shift = i >> 2;
                long x = words[Character.digit(order.charAt(2 * i), 16)];
                long y = words[Character.digit(order.charAt(2 * i + 1), 16)];
                int[] at = {a, 4 + (a + shift & 3), 8 + (a + 2 * shift & 3), 12 + (a + 3 * shift & 3)};
                mix(v, at, x, y);
            }
        }
        for (int i = 0; i < 8; i++) {
            state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void mix(long[] v, int[] at, long x, long y) {
        half(v, at, x, 32, 24);
        half(v, at, y, 16, 63);
    }

    private static void half(long[] v, int[] at, long word, int first, int second) {
        v[at[0]] += v[at[1]] + word;
        v[at[3]] = Long.rotateRight(v[at[3]] ^ v[at[0]], first);
        v[at[2]] += v[at[3]];
        v[at[1]] = Long.rotateRight(v[at[1]] ^ v[at[2]], second);
    }
}
