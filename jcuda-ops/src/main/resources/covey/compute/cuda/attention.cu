// Causal attention with grouped queries, with its probabilities in memory; the bits are those of
// covey.compute.reference.CausalAttention. Rows are tokens; query head h reads key and value head h / group.
#include "common.cuh"

// A head's row of a matrix [tokens, heads * size].
__device__ inline const float *head_row(const float *m, long long token, int heads, int head, int size) {
    return m + (token * heads + head) * size;
}

__device__ inline float inner_product(const float *a, const float *b, int size) {
    float sum = 0.0f;
    for (int k = 0; k < size; k++) {
        sum = fmaf(a[k], b[k], sum);
    }
    return sum;
}

struct Heads {
    int sequence;
    int heads;
    int kv_heads;
    int size;
};

// A row's place in the probabilities: [sequences * heads * sequence, sequence].
__device__ inline long long square_row(Heads shape, long long first, int head, int i) {
    return (first * shape.heads + (long long)head * shape.sequence + i) * shape.sequence;
}

// out = sum over j < count of p[j] * rows[j]: blocks of 512 from index 0, and then + 0. A thread a value of the head.
__device__ inline void weigh(
        const float *p, const float *rows, long long row_stride, int count, float *out, int size) {
    for (int d = threadIdx.x; d < size; d += blockDim.x) {
        float total = 0.0f;
        for (int k = 0; k < count; k += 512) {
            int end = min(count, k + 512);
            float sum = 0.0f;
            for (int j = k; j < end; j++) {
                sum = fmaf(p[j], rows[j * row_stride + d], sum);
            }
            total = k == 0 ? sum : total + sum;
        }
        out[d] = total + 0.0f;
    }
}

// A block a query: token in x, head in y.
extern "C" __global__ void attention(
        const float *query, const float *key, const float *value, float *probabilities, float *out, float scale,
        int sequence, int heads, int kv_heads, int size) {
    Heads shape = {sequence, heads, kv_heads, size};
    int head = blockIdx.y;
    int i = blockIdx.x % sequence;
    long long first = blockIdx.x - i;
    int kv_head = head / (heads / kv_heads);
    const float *q = head_row(query, blockIdx.x, heads, head, size);
    float *p = probabilities + square_row(shape, first, head, i);
    for (int j = threadIdx.x; j < sequence; j += blockDim.x) {
        p[j] = j > i ? 0.0f : inner_product(q, head_row(key, first + j, kv_heads, kv_head, size), size) * scale;
    }
    __syncthreads();
    float max = row_max(i + 1, [=](int j) { return p[j]; });
    for (int j = threadIdx.x; j <= i; j += blockDim.x) {
        p[j] = exponential(p[j] - max);
    }
    __syncthreads();
    float inverse = (float)(1.0 / row_sum(i + 1, [=](float sum, int j) { return sum + p[j]; }));
    for (int j = threadIdx.x; j <= i; j += blockDim.x) {
        p[j] *= inverse;
    }
    __syncthreads();
    weigh(p, head_row(value, first, kv_heads, kv_head, size), (long long)kv_heads * size, i + 1,
          out + ((long long)blockIdx.x * heads + head) * size, size);
}

// d_scores = scale * p * (d_p - sum of p * d_p), and the query's gradient of it. A block a query as above.
extern "C" __global__ void attention_query_gradient(
        const float *key, const float *value, const float *probabilities, const float *d_out, float *d_scores,
        float *d_query, float scale, int sequence, int heads, int kv_heads, int size) {
    Heads shape = {sequence, heads, kv_heads, size};
    int head = blockIdx.y;
    int i = blockIdx.x % sequence;
    long long first = blockIdx.x - i;
    int kv_head = head / (heads / kv_heads);
    const float *d_o = head_row(d_out, blockIdx.x, heads, head, size);
    const float *p = probabilities + square_row(shape, first, head, i);
    float *d = d_scores + square_row(shape, first, head, i);
    for (int j = threadIdx.x; j < sequence; j += blockDim.x) {
        d[j] = j > i ? 0.0f : inner_product(d_o, head_row(value, first + j, kv_heads, kv_head, size), size);
    }
    __syncthreads();
    float mean = (float)row_sum(i + 1, [=](float sum, int j) { return fmaf(p[j], d[j], sum); });
    for (int j = threadIdx.x; j <= i; j += blockDim.x) {
        d[j] = scale * p[j] * (d[j] - mean);
    }
    __syncthreads();
    weigh(d, head_row(key, first, kv_heads, kv_head, size), (long long)kv_heads * size, i + 1,
          d_query + ((long long)blockIdx.x * heads + head) * size, size);
}

// sum over queries i >= j of the group's heads, head after head, of m[i][j] * rows[i].
__device__ inline void gather(
        const float *m, const float *rows, Heads shape, long long first, int kv_head, int j, float *out) {
    int group = shape.heads / shape.kv_heads;
    for (int d = threadIdx.x; d < shape.size; d += blockDim.x) {
        float total = 0.0f;
        for (int head = kv_head * group; head < (kv_head + 1) * group; head++) {
            for (int k = j; k < shape.sequence; k = (k / 512 + 1) * 512) {
                int end = min(shape.sequence, (k / 512 + 1) * 512);
                float sum = 0.0f;
                for (int i = k; i < end; i++) {
                    sum = fmaf(m[square_row(shape, first, head, i) + j],
                               head_row(rows, first + i, shape.heads, head, shape.size)[d], sum);
                }
                total = head == kv_head * group && k == j ? sum : total + sum;
            }
            total += 0.0f;
        }
        out[d] = total;
    }
}

// Gradients of a key and a value. A block a token in x and a key head in y.
extern "C" __global__ void attention_key_gradient(
        const float *query, const float *probabilities, const float *d_out, const float *d_scores, float *d_key,
        float *d_value, int sequence, int heads, int kv_heads, int size) {
    Heads shape = {sequence, heads, kv_heads, size};
    int kv_head = blockIdx.y;
    int j = blockIdx.x % sequence;
    long long first = blockIdx.x - j;
    long long out = ((long long)blockIdx.x * kv_heads + kv_head) * size;
    gather(d_scores, query, shape, first, kv_head, j, d_key + out);
    gather(probabilities, d_out, shape, first, kv_head, j, d_value + out);
}
