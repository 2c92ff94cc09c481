package covey.protocol.data;

import java.util.Arrays;

/**
 * Random text of known entropy: each letter depends on the two before it, by chances that a seed draws once. A curve of
 * held-out loss can be shown against its floor.
 */
public final class MarkovText {
    public static final int ORDER = 2;
    public static final int LETTERS = 8;

    private static final String ALPHABET = "abcdefg ";
    private static final int CONTEXTS = LETTERS * LETTERS;
    private static final int STEPS_TO_STATIONARY = 1000;

    private final long seed;
    /** Per context, the weights of the letters up to and including each. */
    private final int[][] upTo = new int[CONTEXTS][LETTERS];

    private MarkovText(long seed) {
        this.seed = seed;
        for (int context = 0; context < CONTEXTS; context++) {
            int sum = 0;
            for (int letter = 0; letter < LETTERS; letter++) {
                int draw = (int) (mix(seed ^ mix(context * LETTERS + letter)) >>> 56);
                sum += 1 + (draw * draw * draw >> 12);
                upTo[context][letter] = sum;
            }
        }
    }

    public static MarkovText of(long seed) {
        return new MarkovText(seed);
    }

    /** Letters from "a" to "g" and spaces, ASCII. */
    public byte[] text(int length) {
        byte[] text = new byte[length];
        int context = 0;
        for (int i = 0; i < length; i++) {
            int[] chances = upTo[context];
            int draw = (int) ((mix(~seed + 0x9E3779B97F4A7C15L * i) >>> 33) % chances[LETTERS - 1]);
            int letter = 0;
            while (chances[letter] <= draw) {
                letter++;
            }
            text[i] = (byte) ALPHABET.charAt(letter);
            context = next(context, letter);
        }
        return text;
    }

    /** Bits a letter that no model can go below, in the long run. */
    public double entropyRate() {
        double[] share = stationary();
        double bits = 0;
        for (int context = 0; context < CONTEXTS; context++) {
            for (int letter = 0; letter < LETTERS; letter++) {
                double chance = chance(context, letter);
                bits -= share[context] * chance * StrictMath.log(chance);
            }
        }
        return bits / StrictMath.log(2);
    }

    /** How often each context occurs. All chances are positive, so the start does not matter. */
    private double[] stationary() {
        double[] share = new double[CONTEXTS];
        Arrays.fill(share, 1.0 / CONTEXTS);
        for (int step = 0; step < STEPS_TO_STATIONARY; step++) {
            double[] then = new double[CONTEXTS];
            for (int context = 0; context < CONTEXTS; context++) {
                for (int letter = 0; letter < LETTERS; letter++) {
                    then[next(context, letter)] += share[context] * chance(context, letter);
                }
            }
            share = then;
        }
        return share;
    }

    private double chance(int context, int letter) {
        int below = letter == 0 ? 0 : upTo[context][letter - 1];
        return (double) (upTo[context][letter] - below) / upTo[context][LETTERS - 1];
    }

    private static int next(int context, int letter) {
        return context % LETTERS * LETTERS + letter;
    }

    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
