#include "CKernels.h"
#include "vectors.h"

#define KERNEL "products_variant.h"
#include "variants.h"

void retnet_f32_times_vector(const float *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  CALL_WIDEST(f32_times_vector, w, rows, columns, x, adding, y)
}

void retnet_bf16_times_vector(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  CALL_WIDEST(bf16_times_vector, w, rows, columns, x, adding, y)
}

void retnet_f16_times_vector(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  CALL_WIDEST(f16_times_vector, w, rows, columns, x, adding, y)
}

void retnet_bf16_to_f32(const uint16_t *from, size_t count, float *to) { CALL_WIDEST(bf16_to_f32, from, count, to) }

void retnet_f16_to_f32(const uint16_t *from, size_t count, float *to) { CALL_WIDEST(f16_to_f32, from, count, to) }
