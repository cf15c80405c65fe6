#include "CKernels.h"
#include "vectors.h"

#define KERNEL "elementwise_variant.h"
#include "variants.h"

void retnet_silu_gate(const float *g, const float *x, size_t count, float *y) {
  CALL_WIDEST(silu_gate, g, x, count, y)
}

void retnet_silu_gate_backward(
    const float *g, const float *x, const float *dy, size_t count, float *dg, float *dx) {
  CALL_WIDEST(silu_gate_backward, g, x, dy, count, dg, dx)
}

float retnet_exponentials(float *x, float shift, size_t count) {
  float sum;
  CALL_WIDEST(exponentials, x, shift, count, &sum)
  return sum;
}

void retnet_exponential_sums(const float *x, float shift, size_t count, float *sum, float *weighted) {
  CALL_WIDEST(exponential_sums, x, shift, count, sum, weighted)
}

float retnet_dot(const float *x, const float *y, size_t count) {
  float sum;
  CALL_WIDEST(dot, x, y, count, &sum)
  return sum;
}

void retnet_scaled(const float *x, const float *w, float scale, size_t count, float *y) {
  CALL_WIDEST(scaled, x, w, scale, count, y)
}

void retnet_weight_backward(const float *x, const float *w, float scale, size_t count, float *dy, float *dw) {
  CALL_WIDEST(weight_backward, x, w, scale, count, dy, dw)
}

void retnet_rms_backward(
    const float *x, const float *dy, float along, float scale, int adding, size_t count, float *dx) {
  CALL_WIDEST(rms_backward, x, dy, along, scale, adding, count, dx)
}

void retnet_adamw(const struct retnet_adamw *numbers, size_t count, float *p, float *g, float *m, float *v) {
  CALL_WIDEST(adamw, numbers, count, p, g, m, v)
}

void retnet_average(const float *p, float rest, size_t count, float *a) { CALL_WIDEST(average, p, rest, count, a) }

void retnet_dropout(
    const struct retnet_dropout *numbers, const float *x, const float *residual, float scale, size_t first, size_t count,
    float *y) {
  CALL_WIDEST(dropout, numbers, x, residual, scale, first, count, y)
}
