package covey.compute.engine;

import covey.compute.cuda.CudaOps;
import covey.compute.cuda.CudaOps.Products;
import covey.compute.cuda.Device;
import covey.compute.cuda.DeviceFloats;
import covey.compute.cuda.Gpu;
import covey.compute.cuda.JCudaDevice;
import covey.protocol.model.Genesis;
import covey.protocol.port.Crypto;
import covey.protocol.port.TokenSource;

/**
 * The engine on a GPU: parameters, gradients, moments, activations and error feedback stay in its memory. All results
 * have the bits of {@link CpuEngine}, but for those of training with products in bf16.
 */
public final class CudaEngine extends ModelEngine<DeviceFloats> {
    /**
     * @param device what computes; closed with the engine
     * @param products of inner steps; parameters and moments are in single precision always
     * @throws EngineFailure if the device has not enough memory; then it is the caller's to close
     */
    public CudaEngine(
            Genesis genesis, Crypto crypto, TokenSource train, TokenSource heldOut, Device device, Products products) {
        super(
                genesis,
                crypto,
                train,
                heldOut,
                new CudaOps(device),
                new CudaRound(device, genesis),
                new CudaOps(device, products));
        reserve();
    }

    /**
     * Takes a GPU, and all memory of it that training needs.
     *
     * @throws EngineFailure if it is not there any more, or has not enough memory; nothing stays taken then
     */
    public static CudaEngine open(
            Gpu.Usable gpu, Genesis genesis, Crypto crypto, TokenSource train, TokenSource heldOut, Products products) {
        JCudaDevice device = JCudaDevice.open(gpu);
        try {
            return new CudaEngine(genesis, crypto, train, heldOut, device, products);
        } catch (EngineFailure e) {
            device.close();
            throw e;
        }
    }
}
