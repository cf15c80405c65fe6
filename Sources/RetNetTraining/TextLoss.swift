import Foundation
import RetNet

/// The loss of a model on a text, and the measures derived from it.
package struct TextLoss: Sendable, Hashable {
  package var path: String
  /// Predicted tokens, including turn and end symbols but not the initial `<s>`.
  package var tokens: Int
  /// −Σ ln p of the predicted tokens, in nats.
  package var nats: Double
  /// Size of the file in bytes.
  package var bytes: Int

  package init(path: String, tokens: Int = 0, nats: Double = 0, bytes: Int = 0) {
    self.path = path
    self.tokens = tokens
    self.nats = nats
    self.bytes = bytes
  }

  /// The total loss per byte of the file, comparable between tokenizers.
  package var bitsPerByte: Double { nats / log(2) / Double(bytes) }

  /// Mean loss in nats per predicted token.
  package var meanNats: Double { nats / Double(tokens) }

  /// e^meanNats.
  package var perplexity: Double { exp(meanNats) }

  /// The sum over all files.
  package static func total(_ losses: [TextLoss]) -> TextLoss {
    losses.reduce(into: TextLoss(path: "together")) { sum, loss in
      sum.tokens += loss.tokens
      sum.nats += loss.nats
      sum.bytes += loss.bytes
    }
  }
}
