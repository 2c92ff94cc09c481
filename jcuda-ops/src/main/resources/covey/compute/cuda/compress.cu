// The compressor's heavy part (rules H2, H3), byte for byte as covey.protocol.contribution.ReferenceCompressor: error
// feedback, and of each chunk its largest magnitudes and its scale. The host writes the planes.
#include "common.cuh"

constexpr int CHUNK = 4096;
constexpr int CHUNK_SIDE = 64;
constexpr int KEPT_MAX = 64;
constexpr int COMPRESS_THREADS = 256;
constexpr int VALUES = CHUNK / COMPRESS_THREADS;

__device__ inline bool is_finite(float x) { return (__float_as_uint(x) & 0x7f800000u) != 0x7f800000u; }

// A flag is set if a value of decay * e + delta is not finite.
extern "C" __global__ void feedback_is_finite(
        const float *e, const float *delta, float decay, long long count, int *not_finite) {
    long long i = global_thread();
    if (i < count && !is_finite(decay * e[i] + delta[i])) {
        *not_finite = 1;
    }
}

extern "C" __global__ void feedback(float *e, const float *delta, float decay, long long count) {
    long long i = global_thread();
    if (i < count) {
        e[i] = decay * e[i] + delta[i];
    }
}

// Where a chunk's values stand: a tile of a matrix, or, if it has no columns, positions listed one by one.
struct ChunkPlace {
    long long base;
    int columns;
    int valid;
};

__device__ inline long long chunk_offset(const ChunkPlace &place, const long long *positions, int index) {
    return place.columns > 0 ? place.base + (long long)(index / CHUNK_SIDE) * place.columns + index % CHUNK_SIDE
                             : positions[place.base + index];
}

// IEEE half precision of a float that is not negative, to the nearest, ties to even.
__device__ inline unsigned half_pattern(float x) {
    unsigned bits = __float_as_uint(x);
    int exponent = (int)(bits >> 23) - 127;
    if (exponent > 15) {
        return 0x7c00u;
    }
    unsigned mantissa = (bits & 0x7fffffu) | 0x800000u;
    int shift = exponent < -14 ? -1 - exponent : 13;
    if (shift > 24) {
        return 0u;
    }
    unsigned kept = mantissa >> shift;
    unsigned rest = mantissa & ((1u << shift) - 1u);
    unsigned middle = 1u << (shift - 1);
    kept += rest > middle || (rest == middle && (kept & 1u)) ? 1u : 0u;
    // A carry out of the mantissa moves to the exponent by itself.
    return exponent < -14 ? kept : ((unsigned)(exponent + 14) << 10) + kept;
}

// Units of 2^-24 of a half pattern.
__device__ inline int half_units(unsigned pattern) {
    int exponent = (int)(pattern >> 10);
    int mantissa = (int)(pattern & 0x3ffu);
    return exponent == 0 ? mantissa : (mantissa | 0x400) << (exponent - 1);
}

__device__ inline float unit_value(int units, int level) { return (float)(units * level) * 0x1p-24f; }

// Of 256 counts finds the highest digit whose count, with those above, reaches `wanted`; leaves in `wanted` what is
// still to be found among the values with that digit. By the first warp.
__device__ inline void find_digit(const int *counts, int *digit, int *wanted) {
    int lane = threadIdx.x;
    // Lane 0 has the highest eight digits.
    int top = 255 - 8 * lane;
    int mine = 0;
    for (int i = 0; i < 8; i++) {
        mine += counts[top - i];
    }
    int before = mine;
    for (int width = 1; width < 32; width *= 2) {
        int other = __shfl_up_sync(0xffffffffu, before, width, 32);
        before += lane >= width ? other : 0;
    }
    before -= mine;
    int goal = *wanted;
    __syncwarp();
    if (before < goal && before + mine >= goal) {
        int d = top;
        for (; before + counts[d] < goal; d--) {
            before += counts[d];
        }
        *digit = d;
        *wanted = goal - before;
    }
}

// The kept-th largest magnitude, eight bits at a time; in `ties` how many that equal it are kept.
__device__ inline unsigned kept_threshold(const unsigned *magnitudes, int valid, int kept, int *ties) {
    __shared__ int counts[256];
    __shared__ int digit;
    __shared__ int wanted;
    unsigned prefix = 0;
    if (threadIdx.x == 0) {
        wanted = kept;
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
        counts[threadIdx.x] = 0;
        __syncthreads();
        for (int i = threadIdx.x; i < valid; i += COMPRESS_THREADS) {
            unsigned m = magnitudes[i];
            if (shift == 24 || m >> (shift + 8) == prefix) {
                atomicAdd(&counts[m >> shift & 0xffu], 1);
            }
        }
        __syncthreads();
        if (threadIdx.x < 32) {
            find_digit(counts, &digit, &wanted);
        }
        __syncthreads();
        prefix = prefix << 8 | (unsigned)digit;
        __syncthreads();
    }
    *ties = wanted;
    return prefix;
}

// Exclusive sum over the block's 256 threads.
__device__ inline int sum_before(int value) {
    __shared__ int sums[COMPRESS_THREADS];
    sums[threadIdx.x] = value;
    __syncthreads();
    for (int width = 1; width < COMPRESS_THREADS; width *= 2) {
        int other = threadIdx.x >= width ? sums[threadIdx.x - width] : 0;
        __syncthreads();
        sums[threadIdx.x] += other;
        __syncthreads();
    }
    int before = sums[threadIdx.x] - value;
    __syncthreads();
    return before;
}

// Indices of the kept values, ascending, ties to the lower index. A thread has 16 neighbors.
__device__ inline void select_kept(
        const unsigned *magnitudes, int valid, unsigned threshold, int ties, unsigned short *kept_indices) {
    int first = threadIdx.x * VALUES;
    int found = 0;
    for (int i = first; i < min(valid, first + VALUES); i++) {
        found += magnitudes[i] > threshold ? 1 << 16 : magnitudes[i] == threshold ? 1 : 0;
    }
    int before = sum_before(found);
    int above = before >> 16;
    int equal = before & 0xffff;
    for (int i = first; i < min(valid, first + VALUES); i++) {
        if (magnitudes[i] > threshold) {
            kept_indices[above + min(equal, ties)] = (unsigned short)i;
            above++;
        } else if (magnitudes[i] == threshold) {
            if (equal < ties) {
                kept_indices[above + equal] = (unsigned short)i;
            }
            equal++;
        }
    }
}

// A block of 256 threads a chunk. Takes from e what it writes to scales, indices and levels, 64 places a chunk.
extern "C" __global__ void compress(
        float *e, const ChunkPlace *places, const long long *positions, int bits, unsigned short *scales,
        unsigned short *indices, signed char *levels) {
    __shared__ unsigned magnitudes[CHUNK];
    __shared__ unsigned short kept_indices[KEPT_MAX];
    __shared__ unsigned pattern;
    ChunkPlace place = places[blockIdx.x];
    for (int i = threadIdx.x; i < place.valid; i += COMPRESS_THREADS) {
        magnitudes[i] = __float_as_uint(e[chunk_offset(place, positions, i)]) & 0x7fffffffu;
    }
    __syncthreads();
    int kept = max(1, (64 * place.valid + 2048) / CHUNK);
    int ties;
    unsigned threshold = kept_threshold(magnitudes, place.valid, kept, &ties);
    select_kept(magnitudes, place.valid, threshold, ties, kept_indices);
    __syncthreads();
    if (threadIdx.x == 0) {
        double sum = 0.0;
        for (int i = 0; i < kept; i++) {
            sum += __uint_as_float(magnitudes[kept_indices[i]]);
        }
        double mean = sum / kept;
        pattern = min(half_pattern((float)(bits == 1 ? mean : mean / 2.5)), 0x4800u);
        scales[blockIdx.x] = (unsigned short)pattern;
    }
    __syncthreads();
    if (pattern == 0 || threadIdx.x >= kept) {
        return;
    }
    int index = kept_indices[threadIdx.x];
    int units = half_units(pattern);
    long long at = chunk_offset(place, positions, index);
    float value = e[at];
    double boundary = 2.5 * unit_value(units, 1);
    int level = bits == 1 ? 1 : fabsf(value) > boundary ? 3 : 2;
    int with_sign = value < 0.0f ? -level : level;
    e[at] = value - unit_value(units, with_sign);
    indices[(long long)blockIdx.x * KEPT_MAX + threadIdx.x] = (unsigned short)index;
    levels[(long long)blockIdx.x * KEPT_MAX + threadIdx.x] = (signed char)with_sign;
}

// Single values become themselves less an amount, rounded once. Positions differ from each other.
extern "C" __global__ void move_values(
        float *values, const long long *positions, const double *amounts, long long count) {
    long long i = global_thread();
    if (i < count) {
        values[positions[i]] = (float)((double)values[positions[i]] - amounts[i]);
    }
}

// The outer step (rule H6) of contributor mean, mean and shrunk mean: a block of 256 threads a chunk. Contribution c
// has values at indices and levels [c][chunk][64], counts[c][chunk] of them, each times factors[c][chunk], which is
// scale * clip * trust. An element's divisor is per_value * n + constant, its sum is multiplied by `multiple`.
extern "C" __global__ void outer_step(
        float *theta, const ChunkPlace *places, const long long *positions, const unsigned char *counts,
        const long long *factors, const unsigned short *indices, const signed char *levels, int contributions,
        int chunks, int multiple, int per_value, int constant, double alpha) {
    __shared__ long long sums[CHUNK];
    __shared__ unsigned short numbers[CHUNK];
    ChunkPlace place = places[blockIdx.x];
    for (int i = threadIdx.x; i < CHUNK; i += COMPRESS_THREADS) {
        sums[i] = 0;
        numbers[i] = 0;
    }
    __syncthreads();
    for (int c = 0; c < contributions; c++) {
        long long at = (long long)c * chunks + blockIdx.x;
        if (threadIdx.x < counts[at]) {
            int index = indices[at * KEPT_MAX + threadIdx.x];
            sums[index] += factors[at] * levels[at * KEPT_MAX + threadIdx.x];
            numbers[index]++;
        }
        __syncthreads();
    }
    for (int i = threadIdx.x; i < place.valid; i += COMPRESS_THREADS) {
        if (numbers[i] > 0) {
            long long divisor = (long long)(per_value * numbers[i] + constant) * 65536;
            double mean = (double)(multiple * sums[i]) / (double)divisor;
            double update = mean * alpha * 0x1p-24;
            long long at = chunk_offset(place, positions, i);
            theta[at] = (float)((double)theta[at] - update);
        }
    }
}
