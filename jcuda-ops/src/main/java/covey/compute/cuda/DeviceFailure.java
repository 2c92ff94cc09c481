package covey.compute.cuda;

import covey.protocol.port.Engine;
import org.jspecify.annotations.Nullable;

/** The driver or a device refused something: no memory, a lost device, a kernel that it cannot load. */
public final class DeviceFailure extends Engine.EngineFailure {
    private static final long serialVersionUID = 1L;

    public DeviceFailure(String message) {
        this(message, null);
    }

    public DeviceFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
