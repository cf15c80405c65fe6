import Foundation
import RetNet
import RetNetSession
import RetNetText

/// A conversation with a model. It draws the same tokens as `Engine`, without the data for a screen.
struct ModelReplier: Replier {
  private let inference: Inference
  private let options: StepOptions
  private let maximumTokens: Int
  private var conversation: Conversation
  private var state: ModelState
  /// nil before the first token.
  private var next: NextToken?

  /// - Parameters:
  ///   - tokenizer: completed by the model's configuration.
  ///   - maximumTokens: longest reply, in tokens.
  init(_ model: RetNetModel, _ tokenizer: Tokenizer, norms: NormOptions, sampling: SamplingOptions, maximumTokens: Int)
    throws
  {
    inference = Inference(model)
    options = StepOptions(norms: norms)
    self.maximumTokens = maximumTokens
    conversation = Conversation(
      sampler: Sampler(sampling), format: .turns(try ChatFormat(tokenizer)), tokenizer: tokenizer)
    state = model.makeState()
  }

  mutating func reply(to message: String) throws -> Reply {
    conversation.submit(message)
    var drawn = 0
    while drawn < maximumTokens {
      let (isTyped, sampler) = (conversation.hasTyped, conversation.sampler)
      guard let token = conversation.nextToken(next) else { break }
      next = NextToken(try inference.step(token.token, norms: options.norms, state: &state))
      conversation.append(token, options: options, sampler: sampler)
      if !isTyped { drawn += 1 }
    }
    conversation.endReply()
    let last = conversation.tokens.count - 1
    let text = conversation.text(ofTurn: conversation.turn(at: last).number, through: last)
    return Reply(
      text: text.trimmingCharacters(in: .whitespacesAndNewlines), tokens: drawn, reachedLimit: drawn == maximumTokens)
  }
}
