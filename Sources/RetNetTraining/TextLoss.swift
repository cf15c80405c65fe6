import Foundation
import RetNet

/// How well a model predicts a text: the sum of all its tokens' losses, and what is commonly made of it.
package struct TextLoss: Sendable, Hashable {
  package var path: String
  /// Tokens predicted: turn and end symbols too, but not the opening `<s>`.
  package var tokens: Int
  /// −Σ ln p of the predicted tokens.
  package var nats: Double
  /// Bytes of the file as it stands on the disk.
  package var bytes: Int

  package init(path: String, tokens: Int = 0, nats: Double = 0, bytes: Int = 0) {
    self.path = path
    self.tokens = tokens
    self.nats = nats
    self.bytes = bytes
  }

  /// All predicted tokens' loss over the bytes of the file, which no choice of tokens can change.
  package var bitsPerByte: Double { nats / log(2) / Double(bytes) }

  /// Mean nats of a predicted token.
  package var meanNats: Double { nats / Double(tokens) }

  /// e^(mean nats).
  package var perplexity: Double { exp(meanNats) }

  /// Of all files together.
  package static func together(_ losses: [TextLoss]) -> TextLoss {
    losses.reduce(into: TextLoss(path: "together")) { sum, loss in
      sum.tokens += loss.tokens
      sum.nats += loss.nats
      sum.bytes += loss.bytes
    }
  }
}
