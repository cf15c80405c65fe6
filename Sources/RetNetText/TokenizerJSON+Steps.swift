import Foundation
import RetNet

extension TokenizerJSON {
  /// A normalizer, pre-tokenizer, decoder or post-processor.
  struct Step {
    let type: String
    var fields: JSONFields

    /// The steps of a component in order. A sequence is replaced by its elements.
    static func list(_ value: JSONValue, _ owner: String, elements: String) throws(TokenizerDamage) -> [Step] {
      if case .null = value { return [] }
      var fields = try JSONFields(value, owner)
      let type = try fields.string("type")
      guard type == "Sequence" else { return [Step(type: type, fields: fields)] }
      var steps: [Step] = []
      for element in try fields.list(elements) { steps += try list(element, owner, elements: elements) }
      try fields.finish()
      return steps
    }

    /// The pattern of `Replace` or `Split`.
    enum Pattern: Equatable {
      case text(String)
      case expression(String)
    }

    mutating func pattern() throws(TokenizerDamage) -> Pattern {
      var pattern = try JSONFields(fields.value("pattern"), "pattern of the \(fields.owner) '\(type)'")
      if let text = try pattern.stringIfAny("String") {
        try pattern.finish()
        return .text(text)
      }
      let expression = try pattern.string("Regex")
      try pattern.finish()
      return .expression(expression)
    }

    func unsupported(_ detail: String = "") -> TokenizerDamage {
      TokenizerDamage("it has the \(fields.owner) '\(ConfigurationObject.cut(type))'\(detail), which is not supported")
    }

    /// Decoding here gives the bytes of all pieces, with a space for `▁` and without the space that encoding adds.
    static func checkDecoder(_ steps: [Step]) throws(TokenizerDamage) {
      for var step in steps {
        switch step.type {
        case "ByteFallback", "Fuse": break
        case "Metaspace": _ = try step.metaspace()
        case "Replace":
          let pattern = try step.pattern()
          guard pattern == .text("\u{2581}"), try step.fields.string("content") == " " else {
            throw step.unsupported(" of other texts than '▁'")
          }
        case "Strip":
          guard try step.fields.string("content") == " ", (0...1).contains(try step.fields.number("start")),
            try step.fields.number("stop") == 0
          else { throw step.unsupported(" of more than one space at the start") }
        default: throw step.unsupported()
        }
        try step.fields.finish()
      }
    }

    /// What adds the symbols that open and end a text, which formats add here.
    static func checkPostProcessor(_ steps: [Step]) throws(TokenizerDamage) {
      for step in steps where step.type != "TemplateProcessing" { throw step.unsupported() }
    }

    /// - Returns: which parts get a space, and whether the text is divided before each space.
    mutating func metaspace() throws(TokenizerDamage) -> (prefix: TextPreparation.Prefix, divides: Bool) {
      guard try fields.string("replacement") == "\u{2581}" else {
        throw unsupported(" with another character than '▁'")
      }
      _ = fields.value("str_rep")
      // Files of earlier versions have a flag instead of the scheme, or both.
      let adds = try fields.boolean("add_prefix_space", default: true)
      let scheme = try fields.stringIfAny("prepend_scheme") ?? (adds ? "always" : "never")
      guard let prefix = TextPreparation.Prefix(rawValue: scheme) else {
        throw unsupported(" with the scheme '\(ConfigurationObject.cut(scheme))'")
      }
      return (prefix, try fields.boolean("split", default: true))
    }
  }

  /// Reads normalizer and pre-tokenizer into `preparation`.
  ///
  /// - Returns: whether the text is divided before each space.
  mutating func readSteps(
    _ normalizer: [Step], _ preTokenizer: [Step], _ added: [AddedToken]
  ) throws(TokenizerDamage) -> Bool {
    var doublesSpace = false
    for (index, step) in normalizer.enumerated() { try readNormalizer(step, isFirst: index == 0, &doublesSpace) }
    var divides = false
    var metaspaces = 0
    var whole: [String] = []
    for var step in preTokenizer {
      switch step.type {
      case "Metaspace":
        (preparation.prefix, divides) = try step.metaspace()
        metaspaces += 1
      case "WhitespaceSplit" where characterMap != nil && metaspaces == 0:
        // The character map replaces white space by spaces.
        (preparation.trimming, preparation.collapsesSpaces) = (.spaces, true)
      case "Split":
        let behavior = try step.fields.string("behavior")
        switch (try step.pattern(), behavior) {
        // No spaces are left.
        case (.text(" "), "MergedWithPrevious") where preparation.unescapes: break
        case (.expression(let expression), "Isolated"):
          guard let texts = Self.alternatives(expression) else { throw step.unsupported(" of an expression") }
          whole += texts
        default: throw step.unsupported(" with the behavior '\(ConfigurationObject.cut(behavior))'")
        }
        guard try !step.fields.boolean("invert", default: false) else { throw step.unsupported(" that is inverted") }
      default: throw step.unsupported()
      }
      try step.fields.finish()
    }
    guard metaspaces == 1 || metaspaces == 0 && preparation.unescapes else {
      throw TokenizerDamage("it does not replace spaces by '▁', as SentencePiece does")
    }
    if doublesSpace {
      guard preparation.prefix == .always else {
        throw TokenizerDamage("its normalizer doubles a space at the start of a text, but its pre_tokenizer adds none")
      }
      preparation.prefixesSpaces = true
    }
    try setAdded(added, whole: whole)
    try moveSpacesToLibrary()
    return divides
  }

  private mutating func readNormalizer(
    _ step: Step, isFirst: Bool, _ doublesSpace: inout Bool
  ) throws(TokenizerDamage) {
    var step = step
    switch step.type {
    case "Precompiled":
      guard isFirst else { throw step.unsupported(" after another normalizer") }
      guard let map = Data(base64Encoded: try step.fields.string("precompiled_charsmap")) else {
        throw step.unsupported(" without a map in base64")
      }
      characterMap = map.isEmpty ? nil : Array(map)
    case "Prepend":
      guard try step.fields.string("prepend") == "\u{2581}" else { throw step.unsupported(" of another text than '▁'") }
      preparation.prepends = true
    case "Strip":
      guard try !step.fields.boolean("strip_left", default: false),
        try step.fields.boolean("strip_right", default: false)
      else { throw step.unsupported(" at the start of a text") }
      preparation.trimming = .end
    case "Replace":
      let content = try step.fields.string("content")
      switch try step.pattern() {
      case .text(" ") where content == "\u{2581}": preparation.unescapes = true
      case .expression(" {2,}") where content == " " || content == "\u{2581}": preparation.collapsesSpaces = true
      case .expression("\\A +| +\\z") where content.isEmpty: preparation.trimming = .spaces
      case .expression("\\A\u{2581}") where content == "\u{2581}\u{2581}": doublesSpace = true
      case .text(let text): throw step.unsupported(" of '\(ConfigurationObject.cut(text))'")
      case .expression(let text): throw step.unsupported(" of the expression '\(ConfigurationObject.cut(text))'")
      }
    default: throw step.unsupported()
    }
    try step.fields.finish()
  }

  /// The texts that an expression such as `a|b\.c` finds; nil if it is more than alternatives of texts.
  private static func alternatives(_ expression: String) -> [String]? {
    var texts = [""]
    var isEscaped = false
    for scalar in expression.unicodeScalars {
      if isEscaped {
        guard !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else { return nil }
        texts[texts.count - 1].unicodeScalars.append(scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else if scalar == "|" {
        texts.append("")
      } else {
        guard !".^$*+?()[]{}".unicodeScalars.contains(scalar) else { return nil }
        texts[texts.count - 1].unicodeScalars.append(scalar)
      }
    }
    return isEscaped || texts.contains("") ? nil : texts
  }

  private mutating func setAdded(_ added: [AddedToken], whole: [String]) throws(TokenizerDamage) {
    let found = added.filter { !$0.isSpecial && pieces[$0.token].type == .userDefined }
    let normalized = found.filter(\.isNormalized)
    if let first = normalized.first, characterMap != nil || preparation.trimming != .none || preparation.collapsesSpaces
    {
      throw TokenizerDamage(
        "the added token '\(ConfigurationObject.cut(first.text))' is found in normalized text, which is not supported "
          + "with this normalizer")
    }
    preparation.added = AddedTokens(found.filter { !$0.isNormalized }.map { ($0.text, $0.token) })
    preparation.addedNormalized = AddedTokens(normalized.map { (preparation.normalized($0.text), $0.token) })
    guard !whole.isEmpty else { return }
    let tokens = Dictionary(pieces.enumerated().map { (PieceText($1.text), $0) }) { first, _ in first }
    var wholeTokens: [(String, Int)] = []
    for text in whole {
      guard let token = tokens[PieceText(text)] else {
        throw TokenizerDamage("its pre_tokenizer 'Split' finds '\(ConfigurationObject.cut(text))', which is no piece")
      }
      wholeTokens.append((TextPreparation.unescaped(text), token))
      if pieces[token].type == .normal { pieces[token].type = .userDefined }
    }
    preparation.whole = AddedTokens(wholeTokens)
  }

  /// With a character map, only the library can remove the spaces that the map leaves.
  private mutating func moveSpacesToLibrary() throws(TokenizerDamage) {
    guard characterMap != nil, preparation.trimming != .none || preparation.collapsesSpaces else { return }
    // The library adds a space to every part, and removes those at its start before.
    let addsSpace =
      preparation.prepends
      ? preparation.trimming == .spaces && preparation.prefix == .never
      : preparation.trimming != .none
        && (preparation.prefix == .always || preparation.prefix == .first && preparation.added.isEmpty)
    guard addsSpace, preparation.collapsesSpaces, preparation.whole.isEmpty
    else {
      throw TokenizerDamage("it removes spaces after a character map in another way than SentencePiece")
    }
    normalizesSpaces = true
    (preparation.trimming, preparation.collapsesSpaces, preparation.unescapes) = (.none, false, false)
    (preparation.prepends, preparation.prefix) = (false, .never)
  }
}
