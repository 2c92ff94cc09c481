package covey.protocol.contribution;

import covey.protocol.port.Crypto;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Signs planes into a contribution (rules A2, H4). */
public final class ContributionWriter {
    private ContributionWriter() {}

    /**
     * Header, signature, planes. The header's hotkey must be the signer's; the planes are of the layout that it
     * names.
     */
    public static byte[] seal(
            ContributionHeader header, Layout layout, MemorySegment planes, Crypto.Signer signer, Crypto crypto) {
        if (!signer.hotkey().equals(header.hotkey())) {
            throw new IllegalArgumentException("hotkey: " + header.hotkey() + " (expected: the signer's)");
        }
        PlaneLengths lengths = Planes.of(layout, header.bits(), planes).lengths();
        byte[] signed = ContributionFormat.write(header, lengths);
        byte[] message = ContributionFormat.message(
                header.run(), signed, crypto.sha256().update(planes).finish());
        byte[] signature = signer.sign(message).toArray();
        byte[] content = new byte[Math.toIntExact(ContributionFormat.HEADER_BYTES + planes.byteSize())];
        System.arraycopy(signed, 0, content, 0, signed.length);
        System.arraycopy(signature, 0, content, signed.length, signature.length);
        MemorySegment.copy(
                planes, ValueLayout.JAVA_BYTE, 0, content, ContributionFormat.HEADER_BYTES, (int) planes.byteSize());
        return content;
    }
}
