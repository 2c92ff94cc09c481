// Root-mean-square normalization, a block a row, and sums of squares.
#include "common.cuh"

template <class T>
__device__ void rms_norm_row(const T *x, const float *gain, float epsilon, T *y, float *inverse, int columns) {
    const T *in = x + (long long)blockIdx.x * columns;
    T *out = y + (long long)blockIdx.x * columns;
    double squares = row_sum(columns, [=](float sum, int i) { return fmaf(load(in + i), load(in + i), sum); });
    float factor = (float)(1.0 / sqrt(squares / columns + epsilon));
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        store(out + i, load(in + i) * factor * gain[i]);
    }
    if (threadIdx.x == 0) {
        inverse[blockIdx.x] = factor;
    }
}

extern "C" __global__ void rms_norm(
        const float *x, const float *gain, float epsilon, float *y, float *inverse, int columns) {
    rms_norm_row(x, gain, epsilon, y, inverse, columns);
}

extern "C" __global__ void rms_norm_bf16(
        const bf16 *x, const float *gain, float epsilon, bf16 *y, float *inverse, int columns) {
    rms_norm_row(x, gain, epsilon, y, inverse, columns);
}

// d_x += r * (d_y * gain - x * r^2 * mean(d_y * gain * x)).
template <class T>
__device__ void rms_norm_gradient_row(
        const T *x, const float *gain, const float *inverse, const T *d_y, T *d_x, int columns) {
    const T *in = x + (long long)blockIdx.x * columns;
    const T *d_out = d_y + (long long)blockIdx.x * columns;
    T *d_in = d_x + (long long)blockIdx.x * columns;
    float factor = inverse[blockIdx.x];
    double products =
            row_sum(columns, [=](float sum, int i) { return fmaf(load(d_out + i) * gain[i], load(in + i), sum); });
    float mean = (float)(products / columns * factor * factor);
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float scaled = load(d_out + i) * gain[i];
        store(d_in + i, load(d_in + i) + factor * (scaled - load(in + i) * mean));
    }
}

extern "C" __global__ void rms_norm_gradient(
        const float *x, const float *gain, const float *inverse, const float *d_y, float *d_x, int columns) {
    rms_norm_gradient_row(x, gain, inverse, d_y, d_x, columns);
}

extern "C" __global__ void rms_norm_gradient_bf16(
        const bf16 *x, const float *gain, const float *inverse, const bf16 *d_y, bf16 *d_x, int columns) {
    rms_norm_gradient_row(x, gain, inverse, d_y, d_x, columns);
}

// A thread a column, row after row: the order of rows is part of the answer.
template <class T>
__device__ void gain_gradient_column(
        const T *x, const float *inverse, const T *d_y, float *d_gain, int rows, int columns) {
    int column = (int)global_thread();
    if (column >= columns) {
        return;
    }
    float sum = d_gain[column];
    for (int r = 0; r < rows; r++) {
        long long at = (long long)r * columns + column;
        sum += load(d_y + at) * (load(x + at) * inverse[r]);
    }
    d_gain[column] = sum;
}

extern "C" __global__ void gain_gradient(
        const float *x, const float *inverse, const float *d_y, float *d_gain, int rows, int columns) {
    gain_gradient_column(x, inverse, d_y, d_gain, rows, columns);
}

extern "C" __global__ void gain_gradient_bf16(
        const bf16 *x, const float *inverse, const bf16 *d_y, float *d_gain, int rows, int columns) {
    gain_gradient_column(x, inverse, d_y, d_gain, rows, columns);
}

// Half a warp a block of 4096 values; sums receives one value a block. Threads: a multiple of 32.
extern "C" __global__ void square_sums(const float *x, float *sums, long long count) {
    long long b = global_thread() / LANES;
    int lane = threadIdx.x % LANES;
    long long end = min(count, (b + 1) * SUM_BLOCK);
    float sum = 0.0f;
    for (long long i = b * SUM_BLOCK + lane; i < end; i += LANES) {
        sum = fmaf(x[i], x[i], sum);
    }
    sum = lane_tree(sum);
    if (lane == 0 && b * SUM_BLOCK < count) {
        sums[b] = sum;
    }
}

// One thread: blocks are added in order.
extern "C" __global__ void sum_in_order(const float *sums, double *total, long long count) {
    double all = 0.0;
    for (long long i = 0; i < count; i++) {
        all += sums[i];
    }
    *total = all;
}
