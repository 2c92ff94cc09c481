// What several kernels need. Sums have the order of covey.compute.reference.LaneSum, and every operation is one of
// IEEE 754 with one rounding: the modules are compiled without contraction, and fused operations are written out.
#pragma once

struct bf16 {
    unsigned short bits;
};

__device__ inline float load(const float *from) { return *from; }

__device__ inline float load(const bf16 *from) { return __uint_as_float((unsigned)from->bits << 16); }

__device__ inline void store(float *to, float value) { *to = value; }

// To the nearest, ties to even; what is not a number stays so.
__device__ inline void store(bf16 *to, float value) {
    unsigned bits = __float_as_uint(value);
    unsigned rounded = bits + 0x7fffu + (bits >> 16 & 1u);
    to->bits = (unsigned short)(value != value ? bits >> 16 | 0x40u : rounded >> 16);
}

// covey.compute.reference.Exponential.
__device__ inline float exponential(float x) {
    float capped = x > 88.0f ? 88.0f : x;
    float bounded = capped < -87.0f ? -87.0f : capped;
    float rounded = fmaf(bounded, 1.44269504f, 12582912.0f);
    float n = rounded - 12582912.0f;
    float r = fmaf(n, 2.12194440e-4f, fmaf(n, -0.693359375f, bounded));
    float series = fmaf(1.0f / 5040, r, 1.0f / 720);
    series = fmaf(series, r, 1.0f / 120);
    series = fmaf(series, r, 1.0f / 24);
    series = fmaf(series, r, 1.0f / 6);
    series = fmaf(series, r, 0.5f);
    series = fmaf(series * r, r, r) + 1.0f;
    int exponent = __float_as_int(rounded) - __float_as_int(12582912.0f);
    return series * __int_as_float((exponent + 127) << 23);
}

constexpr int LANES = 16;
constexpr int SUM_BLOCK = 4096;
// Blocks of a row: 2^20 values, the largest vocabulary.
constexpr int SUM_BLOCKS_MAX = 256;

// Adds up the 16 lanes of half a warp; the result is in the first.
__device__ inline float lane_tree(float lane) {
    unsigned mask = 0xffffu << (threadIdx.x & 16u);
    for (int width = LANES / 2; width > 0; width /= 2) {
        lane += __shfl_down_sync(mask, lane, width, LANES);
    }
    return lane;
}

// Sum of a row by all threads of a block, at most 2^20 values. add(lane, i) is what a lane is with value i in it.
// Threads: a multiple of 32.
template <class Add>
__device__ double row_sum(int count, Add add) {
    __shared__ float blocks[SUM_BLOCKS_MAX];
    int lane = threadIdx.x % LANES;
    for (int b = threadIdx.x / LANES; b * SUM_BLOCK < count; b += blockDim.x / LANES) {
        int end = min(count, (b + 1) * SUM_BLOCK);
        float sum = 0.0f;
        for (int i = b * SUM_BLOCK + lane; i < end; i += LANES) {
            sum = add(sum, i);
        }
        sum = lane_tree(sum);
        if (lane == 0) {
            blocks[b] = sum;
        }
    }
    __syncthreads();
    double total = 0.0;
    for (int b = 0; b * SUM_BLOCK < count; b++) {
        total += blocks[b];
    }
    __syncthreads();
    return total;
}

// Largest of value(i) by all threads of a block; what is not a number is passed over. Threads: a power of two from 32.
template <class Value>
__device__ float row_max(int count, Value value) {
    __shared__ float largest[1024];
    float max = -INFINITY;
    for (int i = threadIdx.x; i < count; i += blockDim.x) {
        float v = value(i);
        max = v > max ? v : max;
    }
    largest[threadIdx.x] = max;
    __syncthreads();
    for (int width = blockDim.x / 2; width > 0; width /= 2) {
        if (threadIdx.x < width) {
            float other = largest[threadIdx.x + width];
            largest[threadIdx.x] = other > largest[threadIdx.x] ? other : largest[threadIdx.x];
        }
        __syncthreads();
    }
    max = largest[0];
    __syncthreads();
    return max;
}

__device__ inline long long global_thread() { return (long long)blockIdx.x * blockDim.x + threadIdx.x; }
