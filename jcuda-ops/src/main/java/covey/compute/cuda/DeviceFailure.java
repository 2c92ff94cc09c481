package covey.compute.cuda;

/** The driver or a device refused something: no memory, a lost device, a kernel that it cannot load. */
public final class DeviceFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeviceFailure(String message) {
        super(message);
    }

    public DeviceFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
