// A CUDA driver with one device, which is the shim: what JCuda calls, with the process' own memory. Streams are
// synchronous. A module must be PTX that an old driver takes.
#pragma once
#include <dlfcn.h>

typedef int CUresult;
typedef unsigned long long CUdeviceptr;
constexpr CUresult SUCCESS = 0, OUT_OF_MEMORY = 2, INVALID = 1, NOT_FOUND = 500, NO_CONTEXT = 201;
constexpr unsigned long long MEMORY = 3ull << 30;

static unsigned long long used;
// Each thread that uses the device has to set it.
static thread_local void *context_of_thread;

extern "C" {
CUresult cuInit(unsigned) { return SUCCESS; }

CUresult cuDriverGetVersion(int *version) {
    const char *set = getenv("COVEY_FAKE_DRIVER");
    *version = set != nullptr ? atoi(set) : 13000;
    return SUCCESS;
}

CUresult cuDeviceGetCount(int *count) {
    *count = 1;
    return SUCCESS;
}

CUresult cuDeviceGet(int *device, int ordinal) {
    *device = ordinal + 41;
    return ordinal == 0 ? SUCCESS : INVALID;
}

CUresult cuDeviceGetName(char *name, int length, int) {
    snprintf(name, length, "Shim");
    return SUCCESS;
}

// 75 and 76: compute capability.
CUresult cuDeviceGetAttribute(int *value, int attribute, int device) {
    *value = attribute == 75 ? 9 : 0;
    return device == 41 ? SUCCESS : INVALID;
}

CUresult cuDevicePrimaryCtxRetain(void **context, int device) {
    static int some;
    *context = &some;
    return device == 41 ? SUCCESS : INVALID;
}

CUresult cuDevicePrimaryCtxRelease_v2(int) { return SUCCESS; }
CUresult cuCtxSetCurrent(void *context) {
    context_of_thread = context;
    return SUCCESS;
}

CUresult cuMemGetInfo_v2(size_t *available, size_t *total) {
    *available = MEMORY - used;
    *total = MEMORY;
    return SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *pointer, size_t bytes) {
    if (context_of_thread == nullptr) {
        return NO_CONTEXT;
    }
    if (bytes > MEMORY - used) {
        return OUT_OF_MEMORY;
    }
    used += bytes;
    *pointer = (CUdeviceptr)aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset((void *)*pointer, 0xff, bytes);
    return SUCCESS;
}

CUresult cuMemFree_v2(CUdeviceptr pointer) {
    free((void *)pointer);
    return SUCCESS;
}

CUresult cuMemsetD8Async(CUdeviceptr at, unsigned char value, size_t bytes, void *) {
    memset((void *)at, value, bytes);
    return SUCCESS;
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, void *) {
    memcpy((void *)to, from, bytes);
    return SUCCESS;
}

CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
    memcpy(to, (const void *)from, bytes);
    return SUCCESS;
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, void *) {
    memcpy((void *)to, (const void *)from, bytes);
    return SUCCESS;
}

CUresult cuStreamCreate(void **stream, unsigned) {
    static int some;
    *stream = &some;
    return SUCCESS;
}

CUresult cuStreamSynchronize(void *) { return SUCCESS; }
CUresult cuStreamDestroy_v2(void *) { return SUCCESS; }

CUresult cuModuleLoadData(void **module, const void *ptx) {
    static int some;
    *module = &some;
    return strstr((const char *)ptx, ".version 8.0") != nullptr ? SUCCESS : INVALID;
}

CUresult cuModuleUnload(void *) { return SUCCESS; }

CUresult cuModuleGetFunction(void **function, void *, const char *name) {
    Dl_info self;
    dladdr((void *)cuInit, &self);
    char symbol[256];
    snprintf(symbol, sizeof symbol, "shim_%s", name);
    *function = dlsym(dlopen(self.dli_fname, RTLD_NOW), symbol);
    return *function != nullptr ? SUCCESS : NOT_FOUND;
}

CUresult cuLaunchKernel(
        void *function, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned threads_y, unsigned threads_z,
        unsigned shared, void *, void **arguments, void **) {
    if (context_of_thread == nullptr) {
        return NO_CONTEXT;
    }
    if (z != 1 || threads_y != 1 || threads_z != 1 || shared != 0) {
        return INVALID;
    }
    ((int (*)(int, int, int, int, void **))function)(-1, (int)x, (int)y, (int)threads, arguments);
    return SUCCESS;
}
}
