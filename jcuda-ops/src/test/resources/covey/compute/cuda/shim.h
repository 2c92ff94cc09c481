// Runs CUDA kernels on the processor: blocks one after the other, and the threads of a block as fibers that switch at
// barriers and warp operations. Shows what a kernel computes; nothing about races or time.
#pragma once
#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <ucontext.h>
#include <utility>
#include <vector>

#define __device__
#define __global__
#define __shared__ static
#define __restrict__
#define __align__(bytes) __attribute__((aligned(bytes)))
#define SHIM

using std::max;
using std::min;

struct shim_index {
    unsigned x, y, z;
};
static shim_index blockIdx, gridDim, blockDim;
// The running fiber's; switched with it.
static shim_index threadIdx;

namespace shim {
constexpr int MOST = 1024, STACK = 64 << 10, WARP = 32;

struct Fiber {
    ucontext_t first;
    jmp_buf at;
    bool started, done;
};
// One meeting of threads: the block's, or one of a warp's lanes.
struct Meeting {
    int arrived, turn;
};

static Fiber fibers[MOST];
static char *stacks;
static ucontext_t home;
static jmp_buf back;
static int current, alive;
static void (*job)(void **);
static void **job_arguments;
static Meeting block, warps[MOST / WARP][WARP];
static unsigned long long exchange[MOST];
static unsigned fragments[MOST][6];

static void yield() {
    if (_setjmp(fibers[current].at) == 0) {
        _longjmp(back, 1);
    }
}

// All `count` threads come together; those that are early let others run.
static void meet(Meeting &meeting, int count) {
    int turn = meeting.turn;
    if (++meeting.arrived == count) {
        meeting.arrived = 0;
        meeting.turn++;
    }
    while (meeting.turn == turn) {
        yield();
    }
}

static void run_fiber() {
    while (true) {
        job(job_arguments);
        fibers[current].done = true;
        alive--;
        yield();
    }
}

static void start(int fiber) {
    if (stacks == nullptr) {
        stacks = (char *)malloc((size_t)MOST * STACK);
    }
    Fiber &f = fibers[fiber];
    getcontext(&f.first);
    f.first.uc_stack.ss_sp = stacks + (size_t)fiber * STACK;
    f.first.uc_stack.ss_size = STACK;
    f.first.uc_link = &home;
    makecontext(&f.first, run_fiber, 0);
    f.started = true;
}

// Lets a fiber run to its next switch. A first entry costs a system call, later ones do not.
static void resume(int fiber) {
    current = fiber;
    threadIdx = {(unsigned)fiber, 0, 0};
    if (_setjmp(back) == 0) {
        if (!fibers[fiber].started) {
            start(fiber);
            setcontext(&fibers[fiber].first);
        }
        _longjmp(fibers[fiber].at, 1);
    }
}

static void run_block(int threads) {
    alive = threads;
    memset(&block, 0, sizeof block);
    memset(warps, 0, sizeof warps);
    for (int t = 0; t < threads; t++) {
        fibers[t].done = false;
    }
    while (alive > 0) {
        for (int t = 0; t < threads; t++) {
            if (!fibers[t].done) {
                resume(t);
            }
        }
    }
}

template <class... A, size_t... I>
static void call(void (*kernel)(A...), void **arguments, std::index_sequence<I...>) {
    kernel(*(A *)arguments[I]...);
}

template <class T, T kernel>
struct Job;
template <class... A, void (*kernel)(A...)>
struct Job<void (*)(A...), kernel> {
    static void run(void **arguments) { call(kernel, arguments, std::index_sequence_for<A...>{}); }
    static constexpr int count = sizeof...(A);
};

// Returns the number of the kernel's parameters; does nothing if another number was given, -1 being unknown.
static int launch(void (*what)(void **), int count, int given, int x, int y, int threads, void **arguments) {
    if (given >= 0 && count != given) {
        return count;
    }
    job = what;
    job_arguments = arguments;
    gridDim = {(unsigned)x, (unsigned)y, 1};
    blockDim = {(unsigned)threads, 1, 1};
    for (int j = 0; j < y; j++) {
        for (int i = 0; i < x; i++) {
            blockIdx = {(unsigned)i, (unsigned)j, 0};
            run_block(threads);
        }
    }
    return count;
}

// Reads what lane `from` of the calling thread's group gave.
template <class T>
static T shuffle(unsigned mask, T value, int from) {
    int warp = current / WARP;
    Meeting &meeting = warps[warp][__builtin_ctz(mask)];
    int count = __builtin_popcount(mask);
    exchange[current] = 0;
    memcpy(&exchange[current], &value, sizeof value);
    meet(meeting, count);
    T got;
    memcpy(&got, &exchange[warp * WARP + from], sizeof got);
    meet(meeting, count);
    return got;
}
}  // namespace shim

// What this exports for a kernel: it takes arguments as cuLaunchKernel does.
#define SHIM_EXPORT(name)                                                                                   \
    extern "C" int shim_##name(int given, int x, int y, int threads, void **arguments) {                    \
        using job = shim::Job<decltype(&name), &name>;                                                      \
        return shim::launch(job::run, job::count, given, x, y, threads, arguments);                         \
    }

// Threads that have returned count as arrived, as on a device.
static void __syncthreads() { shim::meet(shim::block, shim::alive); }

static void __syncwarp(unsigned mask = 0xffffffffu) { shim::shuffle(mask, 0, shim::current % shim::WARP); }

template <class T>
static T __shfl_down_sync(unsigned mask, T value, int by, int width = 32) {
    int lane = shim::current % shim::WARP;
    return shim::shuffle(mask, value, lane % width + by < width ? lane + by : lane);
}

template <class T>
static T __shfl_up_sync(unsigned mask, T value, int by, int width = 32) {
    int lane = shim::current % shim::WARP;
    return shim::shuffle(mask, value, lane % width >= by ? lane - by : lane);
}

template <class T>
static T __shfl_sync(unsigned mask, T value, int from, int width = 32) {
    int lane = shim::current % shim::WARP;
    return shim::shuffle(mask, value, lane / width * width + from % width);
}

static int atomicAdd(int *at, int by) {
    int before = *at;
    *at += by;
    return before;
}

template <class To, class From>
static To shim_bits(From from) {
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}

static float __uint_as_float(unsigned bits) { return shim_bits<float>(bits); }
static float __int_as_float(int bits) { return shim_bits<float>(bits); }
static unsigned __float_as_uint(float x) { return shim_bits<unsigned>(x); }
static int __float_as_int(float x) { return shim_bits<int>(x); }

static float shim_bf16(unsigned pair, int half) { return __uint_as_float(half == 0 ? pair << 16 : pair & 0xffff0000u); }

// mma.sync.m16n8k16: lane 4 g + t has of a rows g and g + 8, columns 2 t, 2 t + 1 and those plus 8; of b the same
// rows of depth and column g; of d rows g and g + 8, columns 2 t and 2 t + 1.
static void shim_mma(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    int me = shim::current, lane = me % shim::WARP, warp = me - lane;
    memcpy(shim::fragments[me], a, sizeof a);
    memcpy(shim::fragments[me] + 4, b, sizeof b);
    __syncwarp();
    for (int e = 0; e < 4; e++) {
        int row = lane / 4 + e / 2 * 8, column = lane % 4 * 2 + e % 2;
        float sum = 0;
        for (int k = 0; k < 16; k++) {
            int t = k % 8 / 2;
            unsigned left = shim::fragments[warp + row % 8 * 4 + t][(k / 8) * 2 + row / 8];
            unsigned right = shim::fragments[warp + column * 4 + t][4 + k / 8];
            sum += shim_bf16(left, k % 2) * shim_bf16(right, k % 2);
        }
        d[e] += sum;
    }
    __syncwarp();
}
