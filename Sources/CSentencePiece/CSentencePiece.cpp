#include "CSentencePiece.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sp_tokenizer {
  sentencepiece::SentencePieceProcessor processor;
};

namespace {

constexpr int32_t kException = -1;

int32_t fail(int32_t status, const char *message, char **error) {
  if (error != nullptr) *error = strdup(message != nullptr ? message : "unknown failure");
  return status;
}

int32_t fail(const sentencepiece::util::Status &status, char **error) {
  return fail(static_cast<int32_t>(status.code()), status.error_message(), error);
}

/// Runs `body` and converts an exception to a status and a message.
template <typename Body>
int32_t guarded(char **error, Body body) {
  try {
    return body();
  } catch (const std::exception &thrown) {
    return fail(kException, thrown.what(), error);
  } catch (...) {
    return fail(kException, "unknown C++ exception", error);
  }
}

/// A copy of `count` elements that C can release with free.
template <typename Element>
Element *copied(const Element *source, size_t count) {
  const size_t bytes = count * sizeof(Element);
  void *memory = std::malloc(bytes > 0 ? bytes : 1);
  if (memory == nullptr) throw std::bad_alloc();
  if (bytes > 0) std::memcpy(memory, source, bytes);
  return static_cast<Element *>(memory);
}

/// Parses lines of the form `name=value`.
std::unordered_map<std::string, std::string> pairs(std::string_view lines) {
  std::unordered_map<std::string, std::string> result;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    const auto name = line.substr(0, line.find('='));
    if (name.size() < line.size()) result.emplace(name, line.substr(name.size() + 1));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return result;
}

/// Iterates over the sentences of sp_train.
class Sentences final : public sentencepiece::SentenceIterator {
 public:
  Sentences(const char *text, const size_t *ends, size_t count) : text_(text), ends_(ends), count_(count) { read(); }

  bool done() const override { return index_ >= count_; }
  void Next() override {
    ++index_;
    read();
  }
  const std::string &value() const override { return value_; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  void read() {
    if (done()) return;
    const size_t start = index_ == 0 ? 0 : ends_[index_ - 1];
    value_.assign(text_ + start, ends_[index_] - start);
  }

  const char *text_;
  const size_t *ends_;
  size_t count_;
  size_t index_ = 0;
  std::string value_;
};

}  // namespace

int32_t sp_open(const void *model, size_t length, sp_tokenizer **tokenizer, char **error) {
  return guarded(error, [&]() -> int32_t {
    auto opened = std::make_unique<sp_tokenizer>();
    const auto status =
        opened->processor.LoadFromSerializedProto(std::string_view(static_cast<const char *>(model), length));
    if (!status.ok()) return fail(status, error);
    *tokenizer = opened.release();
    return 0;
  });
}

void sp_close(sp_tokenizer *tokenizer) { delete tokenizer; }

int32_t sp_encode(const sp_tokenizer *tokenizer, const char *text, size_t length, int32_t **ids, size_t *count,
                  char **error) {
  return guarded(error, [&]() -> int32_t {
    std::vector<int> encoded;
    const auto status = tokenizer->processor.Encode(std::string_view(text, length), &encoded);
    if (!status.ok()) return fail(status, error);
    *ids = copied<int32_t>(encoded.data(), encoded.size());
    *count = encoded.size();
    return 0;
  });
}

int32_t sp_train(const char *options, const char *text, const size_t *ends, size_t count, void **model, size_t *length,
                 char **error) {
  return guarded(error, [&]() -> int32_t {
    const auto arguments = pairs(options);
    Sentences sentences(text, ends, count);
    std::string trained;
    const auto status = sentencepiece::SentencePieceTrainer::Train(arguments, &sentences, &trained);
    if (!status.ok()) return fail(status, error);
    *model = copied<char>(trained.data(), trained.size());
    *length = trained.size();
    return 0;
  });
}

void sp_free(void *memory) { std::free(memory); }
