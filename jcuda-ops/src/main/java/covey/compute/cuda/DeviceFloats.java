package covey.compute.cuda;

/**
 * A device's buffer of single-precision values.
 *
 * @param address of the first
 * @param length in values
 */
public record DeviceFloats(long address, long length) {}
