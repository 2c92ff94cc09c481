package covey.protocol.ledger.economy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.testing.Seed;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EconomyCodecTest {
    static Stream<EconomyStatement> statements() {
        return EconomyStatements.all();
    }

    private static byte[] encode(EconomyStatement statement) {
        ByteWriter out = new ByteWriter();
        EconomyStatementCodec.write(out, statement);
        return out.toByteArray();
    }

    private static EconomyStatement decode(byte[] bytes) throws Malformed {
        ByteReader in = new ByteReader(bytes);
        EconomyStatement statement = EconomyStatementCodec.read(in);
        in.end();
        return statement;
    }

    @ParameterizedTest
    @MethodSource("statements")
    void shouldReadBackWhatItWrote(EconomyStatement statement) throws Malformed {
        byte[] bytes = encode(statement);
        assertThat(decode(bytes)).isEqualTo(statement);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(Malformed.class);
        }
    }

    /** These bytes are signed and hashed; a change of them is a change of the protocol. */
    @Test
    void shouldWriteTheGoldenBytes() throws IOException {
        List<String> lines = statements()
                .map(s -> s.getClass().getSimpleName() + " " + HexFormat.of().formatHex(encode(s)))
                .toList();
        try (var in = EconomyCodecTest.class.getResourceAsStream("statements.hex")) {
            assertThat(in).isNotNull();
            String golden = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(lines).isEqualTo(golden.lines().toList());
        }
    }

    @Test
    void shouldHoldOneOfEachKind() {
        assertThat(statements().map(Object::getClass).distinct()).hasSize(17);
        assertThat(EconomyStatement.class.getPermittedSubclasses()).hasSize(17);
    }

    static LongStream seeds() {
        return Seed.range(2_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldBeCanonicalOrMalformedWhenBytesChange(long number) {
        Seed seed = Seed.of(number);
        List<EconomyStatement> all = statements().toList();
        byte[] bytes = encode(all.get(seed.nextInt(all.size())));
        for (int flips = 1 + seed.nextInt(3); flips > 0; flips--) {
            bytes[seed.nextInt(bytes.length)] = (byte) seed.nextInt();
        }
        try {
            assertThat(encode(decode(bytes))).as(seed.toString()).isEqualTo(bytes);
        } catch (Malformed e) {
            assertThat(e.rule()).as(seed.toString()).isNotBlank();
        }
    }

    @Test
    void shouldNotEncodeWhatNoDecoderTakes() {
        List<Integer> many = Collections.nCopies(257, 1);
        Hotkey key = new Hotkey(Hash.ZERO);
        for (EconomyStatement statement : List.of(
                new EconomyStatement.SetWeights(0, many, List.of(), 0),
                new EconomyStatement.SetWeights(0, List.of(-1), List.of(), 0),
                new EconomyStatement.SetWeights(256, List.of(), List.of(), 0),
                new EconomyStatement.SetTake(key, 65536),
                new EconomyStatement.Serve(Bytes.of(new byte[257])),
                new EconomyStatement.OpenStream(key, 101, List.of(), 0, 0, 0),
                new EconomyStatement.RevealWeights(
                        new EconomyStatement.SetWeights(0, List.of(), List.of(), 0), many))) {
            assertThatThrownBy(() -> encode(statement)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    static LongStream states() {
        return Seed.range(20);
    }

    @ParameterizedTest
    @MethodSource("states")
    void shouldReadBackAState(long number) throws Malformed {
        RandomEconomy random = new RandomEconomy(Seed.of(number));
        for (int i = 0; i < 60; i++) {
            random.block();
        }
        ByteWriter out = new ByteWriter();
        EconomyCodec.write(out, random.run().economy());
        ByteReader in = new ByteReader(out.toByteArray());
        assertThat(EconomyCodec.read(in))
                .as(Seed.of(number).toString())
                .isEqualTo(random.run().economy());
        in.end();
    }
}
