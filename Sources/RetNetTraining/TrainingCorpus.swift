import Foundation
import RetNet
import RetNetText

/// Text files as tokenized documents, concatenated in memory.
///
/// A dialogue file (`U: …`, `B: …`) gives one document per conversation, in chat format. Any other file gives one
/// document per passage between blank lines, as `<s> text </s>` without the symbols that the tokenizer lacks.
package struct TrainingCorpus: Sendable {
  /// A file: its size in bytes, and its documents.
  package struct File: Sendable, Hashable {
    package var path: String
    package var bytes: Int
    package var documents: Range<Int>
  }

  /// A part of a document that is one training sequence. The inputs are `count` tokens from index `start` of `tokens`;
  /// each predicts the token after it.
  package struct Piece: Sendable, Hashable, Codable {
    package var start: Int
    package var count: Int
    /// Tokens of the document before this piece, already read into its initial state; 0 for an empty initial state.
    package var position = 0
    /// Inputs of the document after this piece that continue from its final state; 0 if the final state is discarded.
    package var rest = 0

    /// The continuation of this piece, of at most the same length.
    package var next: Piece? {
      guard rest > 0 else { return nil }
      let length = min(count, rest)
      return Piece(start: start + count, count: length, position: position + count, rest: rest - length)
    }
  }

  package private(set) var files: [File] = []
  package private(set) var tokens: [Int32] = []
  /// Index of each document's first token, followed by the number of tokens.
  package private(set) var bounds: [Int] = [0]
  /// Finds the replies in conversations; nil if there are none.
  package private(set) var replies: ReplyTargets?

  package var documents: Int { bounds.count - 1 }
  /// Tokens of the longest document.
  package var longestDocument: Int { zip(bounds, bounds.dropFirst()).reduce(0) { max($0, $1.1 - $1.0) } }
  /// Predicted tokens in one pass over all documents.
  package var predicted: Int { tokens.count - documents }

  /// How a file is divided into documents.
  package enum Segmentation: Sendable, Hashable {
    /// A document for each conversation of `U: …` and `B: …` lines.
    case dialogue
    /// A document for each passage between blank lines.
    case passages
    /// The file is one document.
    case whole
  }

  /// Reads and tokenizes `paths`, in batches of 4096 documents on `threads` threads.
  ///
  /// - Parameter segmentation: how to divide every file; nil detects dialogue files by the speaker in their first line.
  /// - Throws: `FileError`, `TextError`, or `TrainingError.noTrainingText`.
  package init(files paths: [String], as segmentation: Segmentation? = nil, tokenizer: Tokenizer, threads: Int) throws {
    for path in paths {
      let first = documents
      switch try segmentation ?? (DialogueFile.isDialogue(path: path) ? .dialogue : .passages) {
      case .dialogue:
        let format = try ChatFormat(tokenizer)
        replies = ReplyTargets(format)
        var batch = DocumentBatch<[Turn]>(threads: threads, encode: format.conversation)
        try DialogueFile.forEach(path: path) { batch.add($0, to: &self) }
        batch.flush(to: &self)
      case .passages:
        var batch = DocumentBatch<String>(threads: threads, encode: TextFormat(tokenizer).document)
        try Self.forEachPassage(path) { batch.add($0, to: &self) }
        batch.flush(to: &self)
      case .whole:
        append(TextFormat(tokenizer).document(try TextFile.read(path)))
      }
      files.append(File(path: path, bytes: try TextFile.byteCount(path), documents: first..<documents))
    }
    guard predicted > 0 else { throw TrainingError.noTrainingText(files: paths) }
  }

  /// A corpus of tokenized documents, as one file.
  package init(documents: [[Int]], name: String = "", bytes: Int = 0, replies: ReplyTargets? = nil) {
    for document in documents { append(document) }
    self.replies = replies
    files = [File(path: name, bytes: bytes, documents: 0..<documents.count)]
  }

  /// Splits documents into pieces of at most `length` inputs. Each token except the first of a document is predicted in
  /// exactly one piece.
  package func pieces(of range: Range<Int>? = nil, length: Int) -> [Piece] {
    var pieces: [Piece] = []
    for document in range ?? 0..<documents {
      let end = bounds[document + 1] - 1  // the last token is a target only
      for start in stride(from: bounds[document], to: end, by: length) {
        pieces.append(Piece(start: start, count: min(length, end - start)))
      }
    }
    return pieces
  }

  /// The first piece of a document, with at most `length` inputs and the rest as its continuation. Empty for a document
  /// without targets.
  package func firstPiece(of document: Int, length: Int) -> [Piece] {
    let count = bounds[document + 1] - 1 - bounds[document]
    guard count > 0 else { return [] }
    return [Piece(start: bounds[document], count: min(length, count), rest: max(0, count - length))]
  }

  /// Whether `piece` or its continuation has a target among the `predicted` tokens.
  package func predicts(_ predicted: PredictedTokens, in piece: Piece) -> Bool {
    guard predicted == .replies, let replies else { return piece.count > 0 }
    var found = false
    replies.forEach(piece.start..<piece.start + piece.count + piece.rest, of: tokens) { found = found || $0 }
    return found
  }

  /// FNV-1a hash of tokens and document bounds, to recognise the data of a stored run.
  package var fingerprint: UInt64 { fingerprint(includesFileBounds: false) }

  /// - Parameter includesFileBounds: whether the hash also depends on the assignment of documents to files.
  func fingerprint(includesFileBounds: Bool) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for token in tokens { hash = (hash ^ UInt64(UInt32(bitPattern: token))) &* 0x100_0000_01b3 }
    for bound in bounds { hash = (hash ^ UInt64(bound)) &* 0x100_0000_01b3 }
    guard includesFileBounds else { return hash }
    for file in files { hash = (hash ^ UInt64(file.documents.upperBound)) &* 0x100_0000_01b3 }
    return hash
  }

  private mutating func append(_ document: [Int]) {
    tokens.append(contentsOf: document.lazy.map(Int32.init))
    bounds.append(tokens.count)
  }

  /// Calls `body` with each passage between blank lines. Inner line breaks are kept.
  private static func forEachPassage(_ path: String, _ body: (String) -> Void) throws {
    var passage: [UInt8] = []
    func close() {
      if !passage.isEmpty { body(String(decoding: passage.dropLast(), as: UTF8.self)) }
      passage.removeAll(keepingCapacity: true)
    }
    try TextFile.forEachLine(path) { line, _ in
      if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return close() }
      passage.append(contentsOf: line)
      passage.append(UInt8(ascii: "\n"))
    }
    close()
  }

  /// Collects documents and tokenizes them on all threads.
  private struct DocumentBatch<Document: Sendable> {
    let threads: Int
    let encode: @Sendable (Document) -> [Int]
    private var pending: [Document] = []

    init(threads: Int, encode: @escaping @Sendable (Document) -> [Int]) {
      self.threads = threads
      self.encode = encode
    }

    mutating func add(_ document: Document, to corpus: inout TrainingCorpus) {
      pending.append(document)
      if pending.count == 4096 { flush(to: &corpus) }
    }

    mutating func flush(to corpus: inout TrainingCorpus) {
      let documents = pending
      pending.removeAll(keepingCapacity: true)
      var encoded: [[Int]] = Array(repeating: [], count: documents.count)
      encoded.withUnsafeMutableBufferPointer { encoded in
        // Each thread writes its own elements.
        let target = encoded
        Threads.perform(threads) { thread in
          for i in stride(from: thread, to: documents.count, by: threads) { target[i] = encode(documents[i]) }
        }
      }
      for document in encoded { corpus.append(document) }
    }
  }
}
