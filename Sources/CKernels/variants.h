// Includes KERNEL, a header of functions named with VARIANT(name), once per instruction set of the processor
// architecture. HAS_F16C is defined if the instruction set converts half-precision numbers. No include guard: every
// file of kernels includes this header.

#define VARIANT(name) name##_plain
#include KERNEL
#undef VARIANT

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VARIANT(name) name##_avx2
#define HAS_F16C
#include KERNEL
#undef VARIANT
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,fma"))), apply_to = function)
#define VARIANT(name) name##_avx512
#include KERNEL
#undef VARIANT
#undef HAS_F16C
#pragma clang attribute pop

#endif
