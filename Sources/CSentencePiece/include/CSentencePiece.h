#pragma once

// A C face over the SentencePiece C++ library: load, encode, describe the pieces, train.
//
// Every function that can fail returns 0 for success and otherwise a nonzero status with a message in `*error`
// (to be released with sp_free). No C++ exception leaves this target. A loaded tokenizer is never changed, so any
// number of threads may use it at once.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded tokenizer.
typedef struct sp_tokenizer sp_tokenizer;

/// What a piece of the vocabulary is.
typedef enum sp_piece_kind {
  SP_PIECE_NORMAL = 0,
  SP_PIECE_UNKNOWN = 1,
  SP_PIECE_CONTROL = 2,
  SP_PIECE_UNUSED = 3,
  SP_PIECE_BYTE = 4,
} sp_piece_kind;

/// Loads the bytes of a `tokenizer.model`. `*tokenizer` is to be released with sp_close.
int32_t sp_open(const void *model, size_t length, sp_tokenizer **tokenizer, char **error);
void sp_close(sp_tokenizer *tokenizer);

/// Encodes UTF-8 `text`. `*ids` holds `*count` tokens, to be released with sp_free.
int32_t sp_encode(const sp_tokenizer *tokenizer, const char *text, size_t length, int32_t **ids, size_t *count,
                  char **error);

int32_t sp_vocabulary_size(const sp_tokenizer *tokenizer);

/// The piece of `id`, which must be in 0 ..< sp_vocabulary_size. It lives as long as the tokenizer.
const char *sp_piece(const sp_tokenizer *tokenizer, int32_t id, size_t *length);
sp_piece_kind sp_kind(const sp_tokenizer *tokenizer, int32_t id);

/// What encoding prefers a piece by: ln p in a unigram vocabulary, minus the order of merging in one of pairs (BPE).
float sp_score(const sp_tokenizer *tokenizer, int32_t id);

/// The ids of the named pieces, -1 where the vocabulary has none.
int32_t sp_bos(const sp_tokenizer *tokenizer);
int32_t sp_eos(const sp_tokenizer *tokenizer);
int32_t sp_unknown(const sp_tokenizer *tokenizer);

/// Trains on `count` sentences that lie one after another in `text`; sentence i ends before byte `ends[i]`.
///
/// `options` holds SentencePiece's training options, a line `name=value` each. `*model` holds `*length` bytes of a
/// `tokenizer.model`, to be released with sp_free.
int32_t sp_train(const char *options, const char *text, const size_t *ends, size_t count, void **model, size_t *length,
                 char **error);

void sp_free(void *memory);

#ifdef __cplusplus
}
#endif
