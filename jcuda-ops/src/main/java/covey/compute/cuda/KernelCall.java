package covey.compute.cuda;

/**
 * One launch of a kernel.
 *
 * @param module the file of the kernel, without its ending
 * @param name of the function in it
 * @param gridX blocks in x, 1 to 2^31 − 1
 * @param gridY blocks in y, 1 to 65535
 * @param threads of a block, 1 to 1024
 * @param arguments one a parameter, each in the low bytes of its element
 */
public record KernelCall(String module, String name, int gridX, int gridY, int threads, long[] arguments) {
    public KernelCall {
        if (gridX < 1 || gridY < 1 || gridY > 65_535 || threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("kernel " + name + ": grid " + gridX + " x " + gridY + " of " + threads
                    + " threads (expected: at least 1, at most 65535 in y and 1024 threads)");
        }
    }
}
