// Kernels that take value by value, one thread each.
#include "common.cuh"

extern "C" __global__ void add(const float *from, float *into, long long count) {
    long long i = global_thread();
    if (i < count) {
        into[i] += from[i];
    }
}

// into = from - into.
extern "C" __global__ void difference(const float *from, float *into, long long count) {
    long long i = global_thread();
    if (i < count) {
        into[i] = from[i] - into[i];
    }
}

extern "C" __global__ void to_bf16(const float *from, bf16 *to, long long count) {
    long long i = global_thread();
    if (i < count) {
        store(to + i, from[i]);
    }
}

extern "C" __global__ void from_bf16(const bf16 *from, float *to, long long count) {
    long long i = global_thread();
    if (i < count) {
        to[i] = load(from + i);
    }
}

__device__ inline float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

template <class T>
__device__ void swiglu_value(const T *gate, const T *up, T *out, long long count) {
    long long i = global_thread();
    if (i < count) {
        float x = load(gate + i);
        store(out + i, x * sigmoid(x) * load(up + i));
    }
}

extern "C" __global__ void swiglu(const float *gate, const float *up, float *out, long long count) {
    swiglu_value(gate, up, out, count);
}

extern "C" __global__ void swiglu_bf16(const bf16 *gate, const bf16 *up, bf16 *out, long long count) {
    swiglu_value(gate, up, out, count);
}

template <class T>
__device__ void swiglu_gradient_value(
        const T *gate, const T *up, const T *d_out, T *d_gate, T *d_up, long long count) {
    long long i = global_thread();
    if (i < count) {
        float x = load(gate + i);
        float s = sigmoid(x);
        float d = load(d_out + i);
        float u = load(up + i);
        store(d_up + i, d * (x * s));
        store(d_gate + i, d * u * (s + x * s * (1.0f - s)));
    }
}

extern "C" __global__ void swiglu_gradient(
        const float *gate, const float *up, const float *d_out, float *d_gate, float *d_up, long long count) {
    swiglu_gradient_value(gate, up, d_out, d_gate, d_up, count);
}

extern "C" __global__ void swiglu_gradient_bf16(
        const bf16 *gate, const bf16 *up, const bf16 *d_out, bf16 *d_gate, bf16 *d_up, long long count) {
    swiglu_gradient_value(gate, up, d_out, d_gate, d_up, count);
}

// A block a row; a thread a pair. sign is -1 to turn back.
template <class T>
__device__ void rotate_row(T *x, const float *table, int columns, int half, int sequence, float sign) {
    T *row = x + (long long)blockIdx.x * columns;
    const float *turn = table + (long long)(blockIdx.x % sequence) * 2 * half;
    for (int pair = threadIdx.x; pair < columns / 2; pair += blockDim.x) {
        int i = pair % half;
        T *at = row + pair / half * 2 * half + i;
        float cosine = turn[i];
        float sine = sign * turn[half + i];
        float a = load(at);
        float b = load(at + half);
        store(at, a * cosine - b * sine);
        store(at + half, a * sine + b * cosine);
    }
}

extern "C" __global__ void rotate(float *x, const float *table, int columns, int half, int sequence, float sign) {
    rotate_row(x, table, columns, half, sequence, sign);
}

extern "C" __global__ void rotate_bf16(
        bf16 *x, const float *table, int columns, int half, int sequence, float sign) {
    rotate_row(x, table, columns, half, sequence, sign);
}

// A block a row.
extern "C" __global__ void embed(const int *tokens, const float *table, float *out, int columns) {
    const float *from = table + (long long)tokens[blockIdx.x] * columns;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        out[(long long)blockIdx.x * columns + i] = from[i];
    }
}

// A block a distinct token: its rows, of which `rows` lists the positions from starts[b] to starts[b + 1] - 1 in
// ascending order, are added one after the other. No two blocks write to the same place.
extern "C" __global__ void embed_gradient(
        const int *tokens, const int *starts, const int *rows, const float *d_out, float *d_table, int columns) {
    float *into = d_table + (long long)tokens[blockIdx.x] * columns;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float sum = into[i];
        for (int at = starts[blockIdx.x]; at < starts[blockIdx.x + 1]; at++) {
            sum += d_out[(long long)rows[at] * columns + i];
        }
        into[i] = sum;
    }
}

// shadow, if there is one, receives the parameters in bf16. rate: learning rate / (1 - beta1^t).
extern "C" __global__ void adamw(
        float *parameters, const float *gradient, float *first, float *second, bf16 *shadow, long long count,
        float rate, float decay, float beta1, float beta2, float epsilon, float correction2, float scale) {
    long long i = global_thread();
    if (i >= count) {
        return;
    }
    float g = gradient[i] * scale;
    float m = beta1 * first[i] + (1.0f - beta1) * g;
    float v = beta2 * second[i] + (1.0f - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    float root = sqrtf(v / correction2) + epsilon;
    float p = decay * parameters[i] - rate * m / root;
    parameters[i] = p;
    if (shadow != nullptr) {
        store(shadow + i, p);
    }
}
