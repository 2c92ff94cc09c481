// c = a * b of bf16 values by tensor cores, summed in single precision; c is float, or bf16, and may be added to.
// Row-major: a is [rows, depth] or its transpose, b is [depth, columns] or its transpose. A block of 128 threads has
// 64 x 64 elements of c, a warp 32 x 32. Sizes need not be multiples of anything.
#include "common.cuh"

constexpr int MMA_TILE = 64;
constexpr int MMA_DEPTH = 32;
constexpr int MMA_THREADS = 128;
// Two more values a line keep the warp's reads in different banks.
constexpr int MMA_LINE = MMA_DEPTH + 2;

// d += a * b for one warp: a is 16 x 16, b 16 x 8; who has which element is in the PTX manual, m16n8k16.
__device__ inline void mma(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#ifdef __CUDA_ARCH__
    asm volatile(
            "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
            "{%0, %1, %2, %3};\n"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#elif defined(SHIM)
    shim_mma(d, a, b);
#endif
}

// Lines are rows of a, or columns of b; each has MMA_DEPTH values of depth, zero beyond the matrix. Consecutive
// threads read consecutive values whichever way the matrix lies.
__device__ inline void mma_stage(
        unsigned short (*tile)[MMA_LINE], const bf16 *from, int lines, int depth, int line_stride, int depth_stride) {
    for (int at = threadIdx.x; at < MMA_TILE * MMA_DEPTH; at += MMA_THREADS) {
        int line = depth_stride == 1 ? at / MMA_DEPTH : at % MMA_TILE;
        int k = depth_stride == 1 ? at % MMA_DEPTH : at / MMA_TILE;
        bool inside = line < lines && k < depth;
        tile[line][k] = inside ? from[(long long)line * line_stride + (long long)k * depth_stride].bits : 0;
    }
}

__device__ inline unsigned mma_pair(const unsigned short (*tile)[MMA_LINE], int line, int k) {
    return *(const unsigned *)&tile[line][k];
}

template <class C>
__device__ void mma_product(
        const bf16 *a, const bf16 *b, C *c, int rows, int columns, int depth, int a_transposed, int b_transposed,
        int accumulate) {
    __shared__ __align__(16) unsigned short left[MMA_TILE][MMA_LINE];
    __shared__ __align__(16) unsigned short right[MMA_TILE][MMA_LINE];
    int row = blockIdx.y * MMA_TILE;
    int column = blockIdx.x * MMA_TILE;
    int warp_row = (int)threadIdx.x / 64 * 32;
    int warp_column = (int)threadIdx.x / 32 % 2 * 32;
    int group = (int)threadIdx.x % 32 / 4;
    int member = (int)threadIdx.x % 4;
    int a_line = a_transposed ? 1 : depth;
    int a_depth = a_transposed ? rows : 1;
    int b_line = b_transposed ? depth : 1;
    int b_depth = b_transposed ? 1 : columns;
    float sums[2][4][4] = {};
    for (int k0 = 0; k0 < depth; k0 += MMA_DEPTH) {
        const bf16 *a_at = a + (long long)row * a_line + (long long)k0 * a_depth;
        const bf16 *b_at = b + (long long)column * b_line + (long long)k0 * b_depth;
        mma_stage(left, a_at, rows - row, depth - k0, a_line, a_depth);
        mma_stage(right, b_at, columns - column, depth - k0, b_line, b_depth);
        __syncthreads();
#pragma unroll
        for (int k = 0; k < MMA_DEPTH; k += 16) {
            unsigned as[2][4];
            unsigned bs[4][2];
#pragma unroll
            for (int i = 0; i < 2; i++) {
                int line = warp_row + 16 * i + group;
                as[i][0] = mma_pair(left, line, k + 2 * member);
                as[i][1] = mma_pair(left, line + 8, k + 2 * member);
                as[i][2] = mma_pair(left, line, k + 2 * member + 8);
                as[i][3] = mma_pair(left, line + 8, k + 2 * member + 8);
            }
#pragma unroll
            for (int j = 0; j < 4; j++) {
                int line = warp_column + 8 * j + group;
                bs[j][0] = mma_pair(right, line, k + 2 * member);
                bs[j][1] = mma_pair(right, line, k + 2 * member + 8);
            }
#pragma unroll
            for (int i = 0; i < 2; i++) {
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    mma(sums[i][j], as[i], bs[j]);
                }
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < 2; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
#pragma unroll
            for (int e = 0; e < 4; e++) {
                int r = row + warp_row + 16 * i + group + e / 2 * 8;
                int s = column + warp_column + 8 * j + 2 * member + e % 2;
                if (r < rows && s < columns) {
                    C *at = c + (long long)r * columns + s;
                    store(at, accumulate ? load(at) + sums[i][j][e] : sums[i][j][e]);
                }
            }
        }
    }
}

// Grid: 64 columns of c a block in x, 64 rows in y.
extern "C" __global__ void product_bf16_to_float(
        const bf16 *a, const bf16 *b, float *c, int rows, int columns, int depth, int a_transposed, int b_transposed,
        int accumulate) {
    mma_product(a, b, c, rows, columns, depth, a_transposed, b_transposed, accumulate);
}

extern "C" __global__ void product_bf16_to_bf16(
        const bf16 *a, const bf16 *b, bf16 *c, int rows, int columns, int depth, int a_transposed, int b_transposed,
        int accumulate) {
    mma_product(a, b, c, rows, columns, depth, a_transposed, b_transposed, accumulate);
}
