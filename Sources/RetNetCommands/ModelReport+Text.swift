import Foundation
import RetNet
import RetNetTUI
import RetNetText
import TerminalKit

/// The report as text.
extension ModelReport {
  var text: String {
    [configurationText, stateText, groupsText, tensorsText, decayText, tokenizerText].joined(separator: "\n")
  }

  private var configurationText: String {
    let c = configuration
    let heads = c.keyValueHeads == c.heads ? "\(c.heads) heads" : "\(c.heads) heads over \(c.keyValueHeads) of k and v"
    return """
      \(ScreenText.cleaned(folder)): dialect \(c.dialect.rawValue)
      \(c.layers) layers, model width \(c.modelDim), \(heads), d_k \(c.headDim), d_v \(c.headValueDim), \
      MLP width \(c.feedForwardDim), vocabulary \(c.vocabularySize)
      \(c.tiedHead ? "tied head" : "separate head"), \(c.outputGate ? "output gate" : "no output gate"), \
      \(c.groupNormWeights ? "group norm with weights" : "group norm without weights"), ε \(Numbers.plain(c.normEpsilon))
      \(ChatSettings.text(of: norms))
      \(samplingText)
      \(Self.grouped(parameterCount)) parameters

      """
  }

  /// The state compared with the key/value cache of a Transformer of the same shape.
  private var stateText: String {
    var table = TextTable([
      ("tokens", .right), ("state, bytes", .right), ("key/value cache", .right), ("times", .right),
    ])
    for tokens in Self.cacheLengths {
      let cache = cacheBytes(tokens: tokens)
      table.add([
        Self.grouped(tokens), Self.grouped(stateBytes), Self.grouped(cache),
        String(format: "%.1f", Double(cache) / Double(max(stateBytes, 1))),
      ])
    }
    return table.text + "The state has a constant size. A Transformer's cache of this shape is larger from token "
      + "\(Self.grouped(tokensOfEqualCache)) on.\n"
  }

  private var samplingText: String { ChatSettings.text(of: sampling, seeds: [sampling.seed]) }

  private var groupsText: String {
    var table = TextTable([
      ("tensor", .left), ("type", .left), ("shape", .left), ("tensors", .right), ("parameters", .right),
      ("bytes", .right),
    ])
    for group in groups {
      table.add([
        ScreenText.cleaned(group.name), group.type.rawValue, group.shape.map(String.init).joined(separator: " × "),
        "\(group.tensors)", Self.grouped(group.parameters), Self.grouped(group.bytes),
      ])
    }
    return table.text
  }

  /// Lists only damaged and all-zero tensors.
  private var tensorsText: String {
    let lines = tensors.compactMap { tensor -> String? in
      let name = ScreenText.cleaned(tensor.name)
      if !tensor.isFinite {
        return "'\(name)' has \(tensor.nans) NaN and \(tensor.infinities) infinite values of \(tensor.count).\n"
      }
      return tensor.isZero ? "'\(name)' is all zero.\n" : nil
    }
    return lines.isEmpty ? "All \(tensors.count) tensors are finite and not all zero.\n" : lines.joined()
  }

  private var decayText: String {
    var table = TextTable([
      ("head", .right), ("γ", .left), ("half-life", .right), ("1 % left", .right), ("0.1 % left", .right),
    ])
    for (head, gamma) in decay.gammas.enumerated() {
      func tokens(_ share: Double) -> String { String(format: "%.1f", decay.horizon(head: head, share: share)) }
      table.add(["\(head)", "\(gamma)", tokens(0.5), tokens(0.01), tokens(0.001)])
    }
    return table.text + "Horizons in tokens.\n"
  }

  private var tokenizerText: String {
    guard let tokenizer else { return "No tokenizer: the model cannot read or write text.\n" }
    func symbol(_ name: String, _ token: Int?) -> String { "\(name) \(token.map(String.init) ?? "–")" }
    let symbols = [symbol("bos", tokenizer.bos), symbol("eos", tokenizer.eos), symbol("unknown", tokenizer.unknown)]
    let pieces = Pieces(tokenizer)
    return "Tokenizer of \(tokenizer.vocabularySize) pieces, \(symbols.joined(separator: ", ")): "
      + "\(pieces.text) text pieces, \(pieces.control) control symbols, \(pieces.bytes) bytes "
      + (pieces.hasByteFallback ? "(encodes any text); " : "(no byte fallback); ")
      + (canChat ? "with chat symbols.\n" : "without chat symbols.\n")
  }

  /// `6 553 600`, as in the tables.
  private static func grouped(_ number: Int) -> String { Numbers.grouped(number, separator: " ") }
}
