import Foundation
import RetNet

/// `tokenizer.json` and `tokenizer_config.json` for a SentencePiece vocabulary, with which `transformers` gives the same
/// tokens, and the same conversations with its chat template.
///
/// Its own SentencePiece classes assume normalizations and vocabularies of other models, so `tokenizer.json` describes
/// everything.
package enum TokenizerExport {
  /// Both files by name; none for a vocabulary that Hugging Face's tokenizers cannot express: of words or characters,
  /// with user-defined or unused pieces, or with spaces as suffixes.
  ///
  /// - Parameter path: a `tokenizer.model`.
  /// - Throws: `FileError`, `TextError`.
  package static func files(ofModel path: String) throws -> [String: Data] {
    let mapped = try MappedFile(path: path)
    return try withExtendedLifetime(mapped) {
      do {
        let vocabulary = Vocabulary(try SentencePieceFile(mapped.bytes))
        guard vocabulary.isExpressible else { return [:] }
        return [
          ModelFolder.tokenizerJSONFile: Data(try vocabulary.json.utf8),
          ModelFolder.tokenizerConfigurationFile: try JSONSerialization.data(
            withJSONObject: vocabulary.configuration, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]),
        ]
      } catch let error as TokenizerDamage {
        throw TextError.notATokenizer(path: path, reason: error.reason)
      }
    }
  }

  /// The template of `ChatFormat`: a conversation ends with `</s>`, a prompt with the symbol that opens the reply.
  static let chatTemplate =
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '\(ChatFormat.userSymbol)' }}"
    + "{% elif message['role'] == 'assistant' %}{{ '\(ChatFormat.replySymbol)' }}"
    + "{% else %}{{ raise_exception('The roles are user and assistant.') }}{% endif %}{{ message['content'] }}"
    + "{% endfor %}{% if add_generation_prompt %}{{ '\(ChatFormat.replySymbol)' }}{% else %}{{ eos_token }}{% endif %}"
}

extension TokenizerExport {
  private struct Vocabulary {
    let file: SentencePieceFile
    let pieces: [String]
    let unknown: Int?
    let bos: Int?
    let eos: Int?

    init(_ file: SentencePieceFile) {
      self.file = file
      pieces = file.pieces.map { file.text($0.text) }
      unknown = file.pieces.firstIndex { $0.type == .unknown }
      (bos, eos) = (file.control(file.bos), file.control(file.eos))
    }

    var isExpressible: Bool {
      [.unigram, .bpe].contains(file.modelType) && !file.spaceIsSuffix && file.normalizer.escapesSpaces
        && !file.pieces.contains { $0.type == .userDefined || $0.type == .unused }
    }

    private func isControl(_ piece: String) -> Bool {
      pieces.firstIndex(of: piece).map { file.pieces[$0].type == .control } ?? false
    }

    var configuration: [String: Any] {
      func piece(_ token: Int?) -> Any { token.map { pieces[$0] } ?? NSNull() }
      var object: [String: Any] = [
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": piece(bos), "eos_token": piece(eos),
        "unk_token": piece(unknown), "pad_token": NSNull(), "add_bos_token": bos != nil, "add_eos_token": false,
        "clean_up_tokenization_spaces": false,
        "added_tokens_decoder": Dictionary(
          uniqueKeysWithValues: symbols.map { ("\($0.token)", $0.object as Any) }) as [String: Any],
      ]
      if bos != nil, eos != nil, ChatFormat.turnSymbols.allSatisfy(isControl) { object["chat_template"] = chatTemplate }
      return object
    }

    /// Control symbols and the unknown symbol, which no text encodes to.
    private var symbols: [(token: Int, object: [String: Any])] {
      pieces.indices.filter { file.pieces[$0].type == .control || $0 == unknown }.map { token in
        (
          token,
          [
            "content": pieces[token], "lstrip": false, "normalized": false, "rstrip": false, "single_word": false,
            "special": true,
          ]
        )
      }
    }

    /// `tokenizer.json`. Foundation writes all but the model, as its dictionaries have one key for canonically equivalent
    /// pieces.
    var json: String {
      get throws {
        var object: [String: Any] = [
          "version": "1.0", "truncation": NSNull(), "padding": NSNull(), "pre_tokenizer": NSNull(),
          "post_processor": NSNull(), "added_tokens": symbols.map { $1.merging(["id": $0]) { $1 } },
          "normalizer": ["type": "Sequence", "normalizers": normalizers] as [String: Any],
          "decoder": ["type": "Sequence", "decoders": decoders] as [String: Any],
        ]
        if let bos { object["post_processor"] = Self.opening(pieces[bos], bos) }
        let rest = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: rest.dropLast(), as: UTF8.self) + ",\"model\":" + model + "}"
      }
    }

    private var normalizers: [[String: Any]] {
      func replacing(_ kind: String, _ pattern: String, _ content: String) -> [String: Any] {
        ["type": "Replace", "pattern": [kind: pattern], "content": content]
      }
      let normalizer = file.normalizer
      var steps: [[String: Any]] = []
      if let map = normalizer.characterMap {
        let base64 = Data(file.bytes(map)).base64EncodedString()
        steps.append(["type": "Precompiled", "precompiled_charsmap": base64])
      }
      if normalizer.removesExtraSpaces {
        steps += [replacing("Regex", "\\A +| +\\z", ""), replacing("Regex", " {2,}", " ")]
      }
      if normalizer.addsSpace { steps.append(["type": "Prepend", "prepend": "\u{2581}"]) }
      return steps + [replacing("String", " ", "\u{2581}")]
    }

    private var decoders: [[String: Any]] {
      [["type": "Replace", "pattern": ["String": "\u{2581}"], "content": " "]]
        + (file.hasByteFallback ? [["type": "ByteFallback"]] : []) + [["type": "Fuse"]]
        + (file.normalizer.addsSpace ? [["type": "Strip", "content": " ", "start": 1, "stop": 0]] : [])
    }

    /// Adds the symbol that opens a text.
    private static func opening(_ symbol: String, _ token: Int) -> [String: Any] {
      func special(_ type: Int) -> [String: Any] { ["SpecialToken": ["id": symbol, "type_id": type] as [String: Any]] }
      func text(_ name: String, _ type: Int) -> [String: Any] {
        ["Sequence": ["id": name, "type_id": type] as [String: Any]]
      }
      return [
        "type": "TemplateProcessing", "single": [special(0), text("A", 0)],
        "pair": [special(0), text("A", 0), special(1), text("B", 1)],
        "special_tokens": [symbol: ["id": symbol, "ids": [token], "tokens": [symbol]] as [String: Any]],
      ]
    }

    private var model: String {
      let quoted = pieces.map(JSONText.quoted)
      guard file.modelType == .bpe else {
        let entries = zip(quoted, file.pieces).map { "[\($0),\(Double($1.score))]" }
        return "{\"type\":\"Unigram\",\"unk_id\":\(unknown ?? 0),\"byte_fallback\":\(file.hasByteFallback),\"vocab\":["
          + entries.joined(separator: ",") + "]}"
      }
      let entries = quoted.enumerated().map { "\($1):\($0)" }
      let merges = merges.map { "[\(JSONText.quoted($0.left)),\(JSONText.quoted($0.right))]" }
      return
        "{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":\(quoted[unknown ?? 0]),\"continuing_subword_prefix\":null,"
        + "\"end_of_word_suffix\":null,\"fuse_unk\":true,\"byte_fallback\":\(file.hasByteFallback),"
        + "\"ignore_merges\":false,\"vocab\":{" + entries.joined(separator: ",") + "},\"merges\":["
        + merges.joined(separator: ",") + "]}"
    }

    /// All pairs of pieces that make a piece, in the order in which SentencePiece merges them. Of equal scores, pairs with
    /// the longest left part are first: a run of one character then grows from the left, as in SentencePiece.
    private var merges: [(left: String, right: String)] {
      let normal = pieces.indices.filter { file.pieces[$0].type == .normal }
      let texts = Set(normal.map { PieceText(pieces[$0]) })
      let merges = normal.flatMap { token in
        let scalars = Substring(pieces[token]).unicodeScalars
        let count = scalars.count
        return (1..<max(count, 1)).compactMap { cut -> (order: (Float, Int, Int, Int), left: String, right: String)? in
          let (left, right) = (PieceText(Substring(scalars.prefix(cut))), PieceText(Substring(scalars.dropFirst(cut))))
          guard texts.contains(left), texts.contains(right) else { return nil }
          return ((-file.pieces[token].score, -cut, cut - count, token), left.text, right.text)
        }
      }
      return merges.sorted { $0.order < $1.order }.map { ($0.left, $0.right) }
    }
  }
}
