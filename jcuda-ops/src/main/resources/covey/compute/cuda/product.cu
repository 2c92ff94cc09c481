// c = a * b, or c += that, in single precision with any strides. Each element sums 512 products at a time from zero in
// order of depth and adds these sums in order, as covey.compute.reference.MatrixProduct does: the bits are the same.
#include "common.cuh"

constexpr int SUM_DEPTH = 512;
constexpr int PRODUCT_TILE = 64;
constexpr int PRODUCT_DEPTH = 16;
// A thread has 4 x 4 elements; a block 256 threads.
constexpr int PRODUCT_SIDE = 4;

// Tile of 64 lines by 16 of depth; consecutive threads read consecutive values whichever stride is 1.
__device__ inline void product_stage(
        float (*tile)[PRODUCT_TILE], const float *from, int lines, int depth, long long line_stride,
        long long depth_stride) {
    for (int at = threadIdx.x; at < PRODUCT_TILE * PRODUCT_DEPTH; at += blockDim.x) {
        int line = depth_stride == 1 ? at / PRODUCT_DEPTH : at % PRODUCT_TILE;
        int k = depth_stride == 1 ? at % PRODUCT_DEPTH : at / PRODUCT_TILE;
        tile[k][line] = line < lines && k < depth ? from[line * line_stride + k * depth_stride] : 0.0f;
    }
}

// Grid: 64 columns of c a block in x, 64 rows in y.
extern "C" __global__ void product(
        const float *a, long long a_row, long long a_column, const float *b, long long b_row, long long b_column,
        float *c, int rows, int columns, int depth, int accumulate) {
    __shared__ float left[PRODUCT_DEPTH][PRODUCT_TILE];
    __shared__ float right[PRODUCT_DEPTH][PRODUCT_TILE];
    int row = blockIdx.y * PRODUCT_TILE;
    int column = blockIdx.x * PRODUCT_TILE;
    int my_row = threadIdx.x / (PRODUCT_TILE / PRODUCT_SIDE) * PRODUCT_SIDE;
    int my_column = threadIdx.x % (PRODUCT_TILE / PRODUCT_SIDE) * PRODUCT_SIDE;
    float sums[PRODUCT_SIDE][PRODUCT_SIDE] = {};
    float totals[PRODUCT_SIDE][PRODUCT_SIDE];
    for (int k0 = 0; k0 < depth; k0 += PRODUCT_DEPTH) {
        int steps = min(PRODUCT_DEPTH, depth - k0);
        product_stage(left, a + row * a_row + k0 * a_column, rows - row, steps, a_row, a_column);
        product_stage(right, b + column * b_column + k0 * b_row, columns - column, steps, b_column, b_row);
        __syncthreads();
        for (int k = 0; k < steps; k++) {
            for (int i = 0; i < PRODUCT_SIDE; i++) {
                for (int j = 0; j < PRODUCT_SIDE; j++) {
                    sums[i][j] = fmaf(left[k][my_row + i], right[k][my_column + j], sums[i][j]);
                }
            }
        }
        __syncthreads();
        if (k0 + PRODUCT_DEPTH < depth && (k0 + PRODUCT_DEPTH) % SUM_DEPTH != 0) {
            continue;
        }
        for (int i = 0; i < PRODUCT_SIDE; i++) {
            for (int j = 0; j < PRODUCT_SIDE; j++) {
                int r = row + my_row + i;
                int s = column + my_column + j;
                if (r < rows && s < columns) {
                    float *at = c + (long long)r * columns + s;
                    totals[i][j] = k0 < SUM_DEPTH ? (accumulate ? *at : 0.0f) : totals[i][j];
                    totals[i][j] = k0 < SUM_DEPTH && !accumulate ? sums[i][j] : totals[i][j] + sums[i][j];
                    if (k0 + PRODUCT_DEPTH >= depth) {
                        *at = totals[i][j];
                    }
                }
                sums[i][j] = 0.0f;
            }
        }
    }
}
