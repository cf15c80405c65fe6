#pragma once

// A C interface to the SentencePiece C++ library: load, encode, query pieces, train.
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

/// The kind of a piece.
typedef enum sp_piece_kind {
  SP_PIECE_NORMAL = 0,
  SP_PIECE_UNKNOWN = 1,
  SP_PIECE_CONTROL = 2,
  SP_PIECE_UNUSED = 3,
  SP_PIECE_BYTE = 4,
} sp_piece_kind;

/// Loads the bytes of a `tokenizer.model`. Release `*tokenizer` with sp_close.
int32_t sp_open(const void *model, size_t length, sp_tokenizer **tokenizer, char **error);
void sp_close(sp_tokenizer *tokenizer);

/// Encodes UTF-8 `text`. `*ids` contains `*count` tokens; release it with sp_free.
int32_t sp_encode(const sp_tokenizer *tokenizer, const char *text, size_t length, int32_t **ids, size_t *count,
                  char **error);

int32_t sp_vocabulary_size(const sp_tokenizer *tokenizer);

/// The piece of `id`, which must be in 0 ..< sp_vocabulary_size. Valid as long as the tokenizer.
const char *sp_piece(const sp_tokenizer *tokenizer, int32_t id, size_t *length);
sp_piece_kind sp_kind(const sp_tokenizer *tokenizer, int32_t id);

/// The score of a piece in encoding: ln p for a unigram vocabulary, −(merge rank) for BPE.
float sp_score(const sp_tokenizer *tokenizer, int32_t id);

/// The ids of the named pieces, -1 if the vocabulary has none.
int32_t sp_bos(const sp_tokenizer *tokenizer);
int32_t sp_eos(const sp_tokenizer *tokenizer);
int32_t sp_unknown(const sp_tokenizer *tokenizer);

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
