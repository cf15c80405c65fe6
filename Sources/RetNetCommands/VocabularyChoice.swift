import ArgumentParser

/// The argument of `--vocabulary`.
enum VocabularyChoice: ExpressibleByArgument, Hashable {
  /// A trained vocabulary with this many pieces.
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
