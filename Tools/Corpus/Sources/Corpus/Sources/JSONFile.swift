import Foundation

/// A JSON file of a known structure.
enum JSONFile {
  /// Throws `CorpusError` or `FileError`.
  static func read<Content: Decodable>(_ path: String, as type: Content.Type) throws -> Content {
    do {
      return try JSONDecoder().decode(type, from: Data(try SourceFile.text(path).utf8))
    } catch let error as DecodingError {
      throw CorpusError.broken(path: path, reason: words(error))
    }
  }

  private static func words(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
      return path.isEmpty ? "the whole" : "'\(path.joined(separator: "/"))'"
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(place(context)) has no '\(key.stringValue)'"
    case .typeMismatch(let type, let context): "\(place(context)) is not \(words(type))"
    case .valueNotFound(let type, let context): "\(place(context)) is null, but should be \(words(type))"
    case .dataCorrupted: "it is not JSON"
    @unknown default: "it is not JSON of the expected structure"
    }
  }

  private static func words(_ type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is [Any].Type: "a list"
    default: "an object"
    }
  }
}
