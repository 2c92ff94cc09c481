// Cross-entropy of each row's softmax against its target, a block a row.
#include "common.cuh"

// What the loss is made of: log(sum) + max - chosen, which is left to the host for its logarithm.
struct RowLoss {
    double sum;
    float max;
    float chosen;
};

// Replaces logits by scale * (softmax - one-hot).
template <class T>
__device__ void cross_entropy_row(T *logits, const int *targets, float scale, RowLoss *losses, int columns) {
    T *z = logits + (long long)blockIdx.x * columns;
    int target = targets[blockIdx.x];
    float chosen = load(z + target);
    float max = row_max(columns, [=](int i) { return load(z + i); });
    double sum = row_sum(columns, [=](float lane, int i) { return lane + exponential(load(z + i) - max); });
    float factor = (float)(scale / sum);
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float p = exponential(load(z + i) - max) * factor;
        store(z + i, i == target ? p - scale : p);
    }
    if (threadIdx.x == 0) {
        losses[blockIdx.x] = {sum, max, chosen};
    }
}

extern "C" __global__ void cross_entropy(
        float *logits, const int *targets, float scale, RowLoss *losses, int columns) {
    cross_entropy_row(logits, targets, scale, losses, columns);
}

extern "C" __global__ void cross_entropy_bf16(
        bf16 *logits, const int *targets, float scale, RowLoss *losses, int columns) {
    cross_entropy_row(logits, targets, scale, losses, columns);
}
