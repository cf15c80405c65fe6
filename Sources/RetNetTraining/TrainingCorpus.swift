import Foundation
import RetNet
import RetNetText

/// The documents of some text files as tokens, all in memory, one after another.
///
/// A dialogue file (`U: …`, `B: …`) gives a document for each conversation, in the chat format; any other file one for
/// each passage between blank lines, as `<s> text </s>` with those of the two symbols that the tokenizer has.
package struct TrainingCorpus: Sendable {
  /// One file: its documents, and its size as it stands on the disk.
  package struct File: Sendable, Hashable {
    package var path: String
    package var bytes: Int
    package var documents: Range<Int>
  }

  /// A stretch of a document that is trained on as a sequence: `count` tokens from `start` of `tokens` are the input, each
  /// predicts the token after it.
  package struct Piece: Sendable, Hashable, Codable {
    package var start: Int
    package var count: Int
    /// Tokens of the document before it, which are in the state that it begins with; 0 where that is empty.
    package var position = 0
    /// Inputs of the document after it, which go on from the state that it leaves; 0 where nobody asks for that.
    package var rest = 0

    /// What goes on where this piece ends, of at most as many tokens.
    package var next: Piece? {
      guard rest > 0 else { return nil }
      let length = min(count, rest)
      return Piece(start: start + count, count: length, position: position + count, rest: rest - length)
    }
  }

  package private(set) var files: [File] = []
  package private(set) var tokens: [Int32] = []
  /// Where each document begins in `tokens`, and where the last ends.
  package private(set) var bounds: [Int] = [0]
  /// Which tokens of its conversations are replies; nil where it has none.
  package private(set) var replies: ReplyTargets?

  package var documents: Int { bounds.count - 1 }
  /// Tokens that are predicted when each document is seen once.
  package var predicted: Int { tokens.count - documents }

  /// How a file is divided into documents.
  package enum Reading: Sendable, Hashable {
    /// A document for each conversation of `U: …` and `B: …` lines.
    case dialogue
    /// A document for each passage between blank lines.
    case passages
    /// The file is one document.
    case whole
  }

  /// Reads and tokenizes `paths`, some thousand documents at a time on `threads` threads.
  ///
  /// - Parameter reading: how every file is divided; nil looks whether a file's first line has a speaker.
  /// - Throws: `FileError`, `TextError`, or `TrainingError.nothingToLearn`.
  package init(files paths: [String], as reading: Reading? = nil, tokenizer: Tokenizer, threads: Int) throws {
    for path in paths {
      let first = documents
      switch try reading ?? (DialogueFile.isDialogue(path: path) ? .dialogue : .passages) {
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
      // The file's own size, not that of a link to it.
      let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      let bytes = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
      files.append(File(path: path, bytes: bytes, documents: first..<documents))
    }
    guard predicted > 0 else { throw TrainingError.nothingToLearn(files: paths) }
  }

  /// Documents that are tokens already, as one file named `name` of `bytes` bytes.
  package init(documents: [[Int]], name: String = "", bytes: Int = 0, replies: ReplyTargets? = nil) {
    for document in documents { append(document) }
    self.replies = replies
    files = [File(path: name, bytes: bytes, documents: 0..<documents.count)]
  }

  /// The documents of `range` cut into pieces of at most `length` inputs; each token but a document's first is
  /// predicted in exactly one of them.
  package func pieces(of range: Range<Int>? = nil, length: Int) -> [Piece] {
    var pieces: [Piece] = []
    for document in range ?? 0..<documents {
      let end = bounds[document + 1] - 1  // the last token is only predicted
      for start in stride(from: bounds[document], to: end, by: length) {
        pieces.append(Piece(start: start, count: min(length, end - start)))
      }
    }
    return pieces
  }

  /// The first piece of a document, of at most `length` inputs, which goes on with the rest of it; none where the document
  /// predicts nothing.
  package func opening(of document: Int, length: Int) -> [Piece] {
    let count = bounds[document + 1] - 1 - bounds[document]
    guard count > 0 else { return [] }
    return [Piece(start: bounds[document], count: min(length, count), rest: max(0, count - length))]
  }

  /// Whether anything is predicted in `piece` and what goes on from it where only `predicted` tokens are.
  package func predicts(_ predicted: PredictedTokens, in piece: Piece) -> Bool {
    guard predicted == .replies, let replies else { return piece.count > 0 }
    var found = false
    replies.forEach(piece.start..<piece.start + piece.count + piece.rest, of: tokens) { found = found || $0 }
    return found
  }

  /// A number that changes with any token or document (FNV-1a), to recognise the data of a stored run.
  package var fingerprint: UInt64 { fingerprint(dividesFiles: false) }

  /// - Parameter dividesFiles: whether it also changes with which file a document is in.
  func fingerprint(dividesFiles: Bool) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for token in tokens { hash = (hash ^ UInt64(UInt32(bitPattern: token))) &* 0x100_0000_01b3 }
    for bound in bounds { hash = (hash ^ UInt64(bound)) &* 0x100_0000_01b3 }
    guard dividesFiles else { return hash }
    for file in files { hash = (hash ^ UInt64(file.documents.upperBound)) &* 0x100_0000_01b3 }
    return hash
  }

  private mutating func append(_ document: [Int]) {
    tokens.append(contentsOf: document.lazy.map(Int32.init))
    bounds.append(tokens.count)
  }

  /// Calls `body` with each stretch of lines between blank ones, the line ends inside kept.
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

  /// Documents that wait until there are enough for all threads.
  private struct DocumentBatch<Document: Sendable> {
    let threads: Int
    let encode: @Sendable (Document) -> [Int]
    private var waiting: [Document] = []

    init(threads: Int, encode: @escaping @Sendable (Document) -> [Int]) {
      self.threads = threads
      self.encode = encode
    }

    mutating func add(_ document: Document, to corpus: inout TrainingCorpus) {
      waiting.append(document)
      if waiting.count == 4096 { flush(to: &corpus) }
    }

    mutating func flush(to corpus: inout TrainingCorpus) {
      let documents = waiting
      waiting.removeAll(keepingCapacity: true)
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
