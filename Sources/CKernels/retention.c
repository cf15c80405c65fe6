#include "CKernels.h"
#include "vectors.h"

#define KERNEL "retention_variant.h"
#include "variants.h"

void retnet_retention_step(
    float *s, size_t rows, size_t columns, const float *q, const float *k, const float *v, float gamma, float *o) {
  CALL_WIDEST(retention_step, s, rows, columns, q, k, v, gamma, o)
}
