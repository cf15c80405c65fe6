import ArgumentParser

/// What `--vocabulary` asks for.
enum VocabularyChoice: ExpressibleByArgument, Hashable {
  /// A learnt vocabulary of so many pieces.
  case pieces(Int)
  /// One piece for each byte.
  case bytes

  init?(argument: String) {
    if argument == "bytes" {
      self = .bytes
    } else if let count = Int(argument) {
      self = .pieces(count)
    } else {
      return nil
    }
  }
}
