package covey.compute.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;

import covey.compute.cuda.Gpu.Usable;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * A device behind the driver, in its primary context, with one stream. Used by one thread at a time; a thread that uses
 * it gets the context.
 */
public final class JCudaDevice implements Device {
    /** Java's buffers end there; longer copies go in pieces. */
    private static final long PIECE_BYTES = 1L << 30;

    private final CUdevice device;
    private final CUcontext context;
    private final CUstream stream = new CUstream();
    private final Map<String, CUmodule> modules = new HashMap<>();
    private final Map<String, CUfunction> functions = new HashMap<>();
    private Thread attached = Thread.currentThread();

    private JCudaDevice(CUdevice device) {
        this.device = device;
        context = retain(device);
    }

    /** @throws DeviceFailure if the device cannot be used (any more) */
    public static JCudaDevice open(Usable gpu) {
        NativeFolder.prepare();
        check("cuInit", JCudaDriver.cuInit(0));
        JCudaDevice opened = new JCudaDevice(device(gpu.ordinal()));
        check("cuStreamCreate", JCudaDriver.cuStreamCreate(opened.stream, 0));
        return opened;
    }

    /** What the driver says; it must have been loaded. */
    static GpuSearch.Facts facts() {
        int[] version = new int[1];
        check("cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
        if (version[0] < GpuSearch.DRIVER_MIN) {
            return new GpuSearch.Facts(version[0], List.of());
        }
        check("cuInit", JCudaDriver.cuInit(0));
        int[] count = new int[1];
        check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
        List<Usable> devices = new ArrayList<>();
        for (int ordinal = 0; ordinal < count[0]; ordinal++) {
            devices.add(describe(ordinal, version[0]));
        }
        return new GpuSearch.Facts(version[0], devices);
    }

    private static Usable describe(int ordinal, int driverVersion) {
        CUdevice device = device(ordinal);
        byte[] name = new byte[256];
        check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device));
        int capability = 10 * attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device)
                + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
        retain(device);
        try {
            long[] free = new long[1];
            long[] total = new long[1];
            check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
            return new Usable(ordinal, text(name), driverVersion, capability, free[0], total[0]);
        } finally {
            JCudaDriver.cuDevicePrimaryCtxRelease(device);
        }
    }

    private static CUdevice device(int ordinal) {
        CUdevice device = new CUdevice();
        check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, ordinal));
        return device;
    }

    private static int attribute(int attribute, CUdevice device) {
        int[] value = new int[1];
        check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
        return value[0];
    }

    /** A driver's context belongs to a thread. */
    private void attach() {
        if (!attached.equals(Thread.currentThread())) {
            check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
            attached = Thread.currentThread();
        }
    }

    private static CUcontext retain(CUdevice device) {
        CUcontext context = new CUcontext();
        check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
        check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
        return context;
    }

    private static String text(byte[] terminated) {
        String all = new String(terminated, StandardCharsets.UTF_8);
        return all.substring(0, Math.max(0, all.indexOf('\0')));
    }

    private static void check(String call, int result) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw new DeviceFailure(call + ": " + CUresult.stringFor(result) + " (expected: success)");
        }
    }

    @Override
    public long allocate(long bytes) {
        attach();
        At pointer = new At();
        int result = JCudaDriver.cuMemAlloc(pointer, Math.max(1, bytes));
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw new DeviceFailure("GPU memory: " + bytes + " bytes more (expected: what is free)");
        }
        check("cuMemAlloc", result);
        return pointer.address();
    }

    @Override
    public void free(long address) {
        attach();
        check("cuMemFree", JCudaDriver.cuMemFree(new At(address)));
    }

    @Override
    public void clear(long address, long bytes) {
        attach();
        check("cuMemsetD8Async", JCudaDriver.cuMemsetD8Async(new At(address), (byte) 0, bytes, stream));
    }

    @Override
    public void write(MemorySegment from, long address) {
        attach();
        for (long at = 0; at < from.byteSize(); at += PIECE_BYTES) {
            long bytes = Math.min(PIECE_BYTES, from.byteSize() - at);
            Pointer piece = Pointer.to(buffer(from, at, bytes));
            check("cuMemcpyHtoDAsync", JCudaDriver.cuMemcpyHtoDAsync(new At(address + at), piece, bytes, stream));
        }
        synchronize();
    }

    @Override
    public void read(long address, MemorySegment to) {
        synchronize();
        for (long at = 0; at < to.byteSize(); at += PIECE_BYTES) {
            long bytes = Math.min(PIECE_BYTES, to.byteSize() - at);
            Pointer piece = Pointer.to(buffer(to, at, bytes));
            check("cuMemcpyDtoH", JCudaDriver.cuMemcpyDtoH(piece, new At(address + at), bytes));
        }
    }

    @Override
    public void copy(long from, long to, long bytes) {
        attach();
        check("cuMemcpyDtoDAsync", JCudaDriver.cuMemcpyDtoDAsync(new At(to), new At(from), bytes, stream));
    }

    private static ByteBuffer buffer(MemorySegment segment, long at, long bytes) {
        return segment.asSlice(at, bytes).asByteBuffer();
    }

    private void synchronize() {
        attach();
        check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
    }

    @Override
    public void launch(KernelCall call) {
        attach();
        long[] arguments = call.arguments();
        Pointer[] each = new Pointer[arguments.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = Pointer.to(new long[] {arguments[i]});
        }
        CUfunction kernel = functions.computeIfAbsent(call.module() + "." + call.name(), key -> function(call));
        int result = JCudaDriver.cuLaunchKernel(
                kernel,
                call.gridX(),
                call.gridY(),
                1,
                call.threads(),
                1,
                1,
                0,
                stream,
                Pointer.to(each),
                new Pointer());
        check("kernel " + call.name(), result);
    }

    private CUfunction function(KernelCall call) {
        CUmodule module = modules.computeIfAbsent(call.module(), JCudaDevice::load);
        CUfunction function = new CUfunction();
        check("cuModuleGetFunction", JCudaDriver.cuModuleGetFunction(function, module, call.name()));
        return function;
    }

    private static CUmodule load(String name) {
        CUmodule module = new CUmodule();
        check("cuModuleLoadData " + name, JCudaDriver.cuModuleLoadData(module, Ptx.terminated(name)));
        return module;
    }

    @Override
    public void close() {
        attach();
        JCudaDriver.cuStreamSynchronize(stream);
        modules.values().forEach(JCudaDriver::cuModuleUnload);
        JCudaDriver.cuStreamDestroy(stream);
        JCudaDriver.cuDevicePrimaryCtxRelease(device);
    }

    /** A place in the device's memory as a number: an offset from the null pointer. */
    private static final class At extends CUdeviceptr {
        At(long address) {
            super(new CUdeviceptr(), address);
        }

        /** To be set by the driver. */
        At() {}

        long address() {
            return getNativePointer();
        }
    }
}
