import RetNetText

@testable import RetNet
@testable import RetNetSession

/// A conversation as it would be typed and drawn without any way back, computed by a plain loop.
struct TurnScript {
  struct Turn {
    /// Distinguishes turns of equal content.
    var id: Int
    var speaker: RetNetText.Turn.Speaker
    /// A message, the begin of a reply, or an edited reply.
    var text = ""
    /// The number of replies to the message before this one; 0 for the first, which draws on.
    var attempt = 0
    /// The length limit of each run of a reply.
    var runs: [Int] = []
    /// Whether a run begins although the model had ended the reply.
    var isEdited = false
  }

  var turns: [Turn] = []

  struct Outcome {
    var tokens: [Int] = []
    var state: ModelState
    /// Tokens before each turn.
    var starts: [Int] = []
  }

  func outcome(_ engine: Engine, seed: UInt64) throws -> Outcome {
    let (model, tokenizer) = (engine.model, engine.tokenizer)
    let format = try ChatFormat(tokenizer)
    let inference = Inference(model)
    var outcome = Outcome(state: model.makeState())
    var options = SamplingOptions()
    options.seed = seed
    var sampler = Sampler(options)
    var next: NextToken?
    func read(_ tokens: [Int]) throws {
      for token in tokens {
        next = NextToken(try inference.step(token, norms: model.norms, state: &outcome.state))
        outcome.tokens.append(token)
      }
    }
    for turn in turns {
      if outcome.tokens.isEmpty { try read([format.bos]) }
      outcome.starts.append(outcome.tokens.count)
      try read([turn.speaker == .user ? format.user : format.reply])
      if !turn.text.isEmpty { try read(tokenizer.encode(turn.text)) }
      guard turn.speaker == .reply else { continue }
      if turn.attempt > 0 {
        var first = sampler.generator
        let word = first.next()
        sampler.generator = SeededGenerator(seed: word &+ seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(turn.attempt))
      }
      var hasEnded = turn.isEdited
      var isEmpty = turn.text.isEmpty
      for most in turn.runs {
        var mustContinue = hasEnded
        hasEnded = false
        // Symbols do not count towards the length.
        var replied = 0
        while replied < most, let logits = next?.logits {
          let recent = outcome.tokens.suffix(sampler.options.repetitionWindow).filter { !tokenizer.isControl($0) }
          let mayEnd = !isEmpty && !mustContinue
          let token = logits.withUnsafeBufferPointer { logits in
            sampler.draw(logits, recent: Array(recent)) { token in
              if [format.bos, format.reply].contains(token) { return false }
              if [format.user, format.end].contains(token) { return mayEnd }
              return token < tokenizer.vocabularySize
            }
          }
          guard let token, ![format.bos, format.reply, format.user, format.end].contains(token) else {
            hasEnded = true
            break
          }
          (isEmpty, mustContinue) = (false, false)
          try read([token])
          if !tokenizer.isControl(token) { replied += 1 }
        }
      }
    }
    return outcome
  }
}
