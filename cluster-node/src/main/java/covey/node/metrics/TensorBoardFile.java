package covey.node.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file: TFRecords (u64 length, masked CRC-32C of it, data, masked CRC-32C of them; little-endian)
 * of the protobuf message Event, the first with {@code file_version = "brain.Event:2"}. Rounds are the steps, except
 * for {@code train/inner_loss}. A restart begins a new file, which TensorBoard joins with the old ones of the folder.
 */
public final class TensorBoardFile implements EventSink {
    private static final String VERSION = "brain.Event:2";
    private static final int CRC_MASK = 0xa282ead8;
    private static final int CRC_TURN = 15;
    private static final int RECORD_BYTES = 16;
    private static final double MS_PER_SECOND = 1e3;

    private static final int EVENT_TIME = 1 << 3 | 1;
    private static final int EVENT_STEP = 2 << 3;
    private static final int EVENT_VERSION = 3 << 3 | 2;
    private static final int EVENT_SUMMARY = 5 << 3 | 2;
    private static final int SUMMARY_VALUE = 1 << 3 | 2;
    private static final int VALUE_TAG = 1 << 3 | 2;
    private static final int VALUE_SIMPLE = 2 << 3 | 5;

    /** Fields of {@link NodeEvent#APPLIED} and the tags that they make. */
    private static final Map<String, String> TAGS = Map.of(
            "trainLoss", "train/loss",
            "heldOutLoss", "heldout/loss",
            "heldOutBitsPerByte", "heldout/bits_per_byte",
            "collected", "round/collected",
            "rejected", "round/rejected",
            "durationMs", "round/duration_ms",
            "bytesPerContribution", "round/bytes_per_contribution");

    private final OutputStream out;

    private TensorBoardFile(OutputStream out) {
        this.out = out;
    }

    /**
     * @param folder made if it is missing
     * @param node in the file's name, without {@code /}
     */
    public static TensorBoardFile open(Path folder, String node, long timeMs) throws IOException {
        Files.createDirectories(folder);
        String name = "events.out.tfevents." + timeMs / 1000 + "." + node + "."
                + ProcessHandle.current().pid();
        TensorBoardFile file = new TensorBoardFile(
                Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        file.out.write(record(version(timeMs)));
        return file;
    }

    @Override
    public void write(NodeEvent event) throws IOException {
        switch (event.kind()) {
            case NodeEvent.APPLIED -> applied(event);
            case NodeEvent.INNER_STEP -> innerStep(event);
            default -> {}
        }
    }

    private void applied(NodeEvent event) throws IOException {
        for (String field : event.fields().keySet()) {
            String tag = TAGS.get(field);
            if (tag != null && event.number(field).isPresent()) {
                scalar(event, event.round(), tag, event.number(field).getAsDouble());
            }
        }
    }

    private void innerStep(NodeEvent event) throws IOException {
        if (event.number("totalSteps").isPresent() && event.number("trainLoss").isPresent()) {
            long step = (long) event.number("totalSteps").getAsDouble();
            scalar(event, step, "train/inner_loss", event.number("trainLoss").getAsDouble());
        }
    }

    private void scalar(NodeEvent event, long step, String tag, double value) throws IOException {
        out.write(record(scalar(event.timeMs(), step, tag, (float) value)));
    }

    static byte[] version(long timeMs) {
        Message event = new Message().fixed64(EVENT_TIME, timeMs / MS_PER_SECOND);
        return event.bytes(EVENT_VERSION, VERSION.getBytes(StandardCharsets.US_ASCII))
                .toByteArray();
    }

    static byte[] scalar(long timeMs, long step, String tag, float value) {
        byte[] simple = new Message()
                .bytes(VALUE_TAG, tag.getBytes(StandardCharsets.UTF_8))
                .fixed32(VALUE_SIMPLE, value)
                .toByteArray();
        byte[] summary = new Message().bytes(SUMMARY_VALUE, simple).toByteArray();
        return new Message()
                .fixed64(EVENT_TIME, timeMs / MS_PER_SECOND)
                .varint(EVENT_STEP, step)
                .bytes(EVENT_SUMMARY, summary)
                .toByteArray();
    }

    static byte[] record(byte[] data) {
        byte[] length = little(8).putLong(data.length).array();
        return little(RECORD_BYTES + data.length)
                .put(length)
                .putInt(maskedCrc(length))
                .put(data)
                .putInt(maskedCrc(data))
                .array();
    }

    static int maskedCrc(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return Integer.rotateRight((int) crc.getValue(), CRC_TURN) + CRC_MASK;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A protobuf message; each field begins with its key, number << 3 | wire type. */
    private static final class Message extends ByteArrayOutputStream {
        private Message raw(long value) {
            for (long rest = value; ; rest >>>= 7) {
                if ((rest & ~0x7FL) == 0) {
                    write((int) rest);
                    return this;
                }
                write((int) (rest & 0x7F | 0x80));
            }
        }

        Message varint(int key, long value) {
            return raw(key).raw(value);
        }

        Message fixed64(int key, double value) {
            raw(key).writeBytes(little(8).putDouble(value).array());
            return this;
        }

        Message fixed32(int key, float value) {
            raw(key).writeBytes(little(4).putFloat(value).array());
            return this;
        }

        Message bytes(int key, byte[] value) {
            raw(key).raw(value.length).writeBytes(value);
            return this;
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
