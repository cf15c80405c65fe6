#pragma once

// A C interface to the SentencePiece C++ library: load, encode, train.
//
// Functions that can fail return 0 on success, else a nonzero status and a message in `*error` (release it with
// sp_free). No C++ exception leaves this target. A loaded tokenizer is immutable, so any number of threads may use it.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded tokenizer.
typedef struct sp_tokenizer sp_tokenizer;

/// Loads the bytes of a `tokenizer.model`. Release `*tokenizer` with sp_close.
///
/// The library checks little: damaged bytes make it access memory that is not its own. Pass only checked ones.
int32_t sp_open(const void *model, size_t length, sp_tokenizer **tokenizer, char **error);
void sp_close(sp_tokenizer *tokenizer);

/// Encodes UTF-8 `text`. `*ids` contains `*count` tokens; release it with sp_free.
int32_t sp_encode(const sp_tokenizer *tokenizer, const char *text, size_t length, int32_t **ids, size_t *count,
                  char **error);

/// Trains on `count` sentences, concatenated in `text`; sentence i ends before byte `ends[i]`.
///
/// `options` contains SentencePiece training options, one line `name=value` each. `*model` contains `*length` bytes of
/// a `tokenizer.model`; release it with sp_free.
int32_t sp_train(const char *options, const char *text, const size_t *ends, size_t count, void **model, size_t *length,
                 char **error);

void sp_free(void *memory);

#ifdef __cplusplus
}
#endif
