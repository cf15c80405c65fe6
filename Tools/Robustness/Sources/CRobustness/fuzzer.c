#include "fuzzer.h"

#ifdef RETNET_LIBFUZZER
extern int LLVMFuzzerRunDriver(int *count, char ***arguments, fuzzer_input input);
extern size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t capacity);

bool fuzzer_is_linked(void) { return true; }

int fuzzer_run(int *count, char ***arguments, fuzzer_input input) {
  return LLVMFuzzerRunDriver(count, arguments, input);
}

size_t fuzzer_mutate(uint8_t *bytes, size_t count, size_t capacity) {
  return LLVMFuzzerMutate(bytes, count, capacity);
}
#else
bool fuzzer_is_linked(void) { return false; }

int fuzzer_run(int *count, char ***arguments, fuzzer_input input) {
  (void)count, (void)arguments, (void)input;
  return 2;
}

size_t fuzzer_mutate(uint8_t *bytes, size_t count, size_t capacity) {
  (void)bytes, (void)capacity;
  return count;
}
#endif
