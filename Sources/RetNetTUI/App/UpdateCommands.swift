import RetNet
import TerminalKit

/// What `:` commands do on the screen.
extension AppState {
  mutating func perform(_ command: Command) -> [Effect] {
    if let text = settings.apply(command, model: model) {
      switch text {
      case .success(let text): say(text)
      case .failure(let refusal):
        say(refusal.text, isError: true)
        return []
      }
      return effects(of: command)
    }
    switch command {
    case .norms: say(settings.normsText)
    case .sampling: say(settings.samplingText)
    case .state: say(reading?.text ?? "There is no state yet: type a message first.")
    case .probe(let row, let column): probe(row: row, column: column)
    case .symbols: overlay = .glossary(top: 0)
    case .help: overlay = .help(top: 0)
    case .quit: return [.quit(0)]
    case .step: return stepOnce()
    case .back: return stepBack()
    case .undo: return stopped(and: .undoTurn)
    case .reset: return stopped(and: .reset)
    case .model where classroom.open != nil, .persona where classroom.open != nil,
      .openSession where classroom.open != nil:
      say("A lesson has its own model and session; 'quit' in view 4 leaves it.", isError: true)
    case .model(let name): return stopped(and: .loadModel(name))
    case .persona(let name): return stopped(and: .begin(as: name))
    case .personas: return [.listPersonas]
    case .saveScreen(let path, let format): return [.saveScreen(path: path, format: format)]
    case .view(let view, let page): show(view, page)
    case .laboratory(let page): show(page)
    case .chunk(let length): setChunk(length)
    case .entry(let row, let column): setEntry(row: row, column: column)
    case .goTo(let position): return go(to: position)
    case .find(let text): return find(text)
    case .pick(let rank): return pick(rank: rank)
    case .mode(let mode): explorer.mode = mode
    case .strip(let strip): explorer.strip = strip
    case .part(let part): explorer.part = part
    case .reference(let source): return setReference(source)
    case .experiment(let kind): return experiment(kind)
    case .undoExperiment: return undoExperiment()
    case .branch(let id): return select(branch: id)
    case .breakpoint(let breakpoint): return set(breakpoint)
    case .export(let exported, let path): return export(exported, to: path)
    case .saveSession(let path): return saveSession(to: path)
    case .openSession(let path): return stopped(and: .openSession(path))
    case .lesson(let name): return showLessons(name)
    default: break
    }
    return []
  }

  private func effects(of command: Command) -> [Effect] {
    switch command {
    case .norm1, .norm2, .norm3, .groupNorm, .epsilon: [.setNorms(settings.norms)]
    case .temperature, .topK, .topP, .minP, .penalty, .seed, .defaultSampling: [.setSampling(settings.sampling)]
    case .speed: [.setSpeed(settings.speed)]
    default: []
    }
  }

  /// What changes the whole session first ends a reply that is on its way.
  private mutating func stopped(and effect: Effect) -> [Effect] {
    if case .loading = phase {
      say("A model is being read; try again when it is there.", isError: true)
      return []
    }
    lab.stop()
    guard isReplying else { return [effect] }
    phase = .ready
    transcript.end(.stopped)
    return [.stop, effect]
  }

  private mutating func probe(row: Int, column: Int) {
    guard let model else {
      say("There is no state yet.", isError: true)
      return
    }
    if let reason = model.shape.reason(against: .probe(row: row, column: column), of: model.name) {
      return say(reason, isError: true)
    }
    probe = Position(row: row, column: column)
  }
}

extension ChatSettings {
  /// Why a setting cannot be taken by the model that is open.
  struct Refusal: Error, Hashable, CustomStringConvertible {
    var text: String

    var description: String { text }
  }

  /// Changes one setting.
  ///
  /// - Returns: what to say about it; nil where the command is not a setting.
  mutating func apply(_ command: Command, model: ModelInfo?) -> Result<String, Refusal>? {
    switch command {
    case .temperature(let value): samplingChoices.temperature = value
    case .topK(let value): samplingChoices.topK = value
    case .topP(let value): samplingChoices.topP = value
    case .minP(let value): samplingChoices.minP = value
    case .penalty(let value): samplingChoices.repetitionPenalty = value
    case .seed(let value): samplingChoices.seed = value
    case .defaultSampling: samplingChoices = SamplingChoices()
    case .norm1(let value): normChoices.norm1 = value
    case .norm2(let value): normChoices.norm2 = value
    case .norm3(let value): normChoices.norm3 = value
    case .groupNorm(let value): normChoices.group = value
    case .epsilon(let value): normChoices.epsilon = .some(value)
    case .layer(let value):
      guard let model else { return .failure(Refusal(text: "There is no model yet.")) }
      if let reason = model.shape.reason(against: command, of: model.name) { return .failure(Refusal(text: reason)) }
      layer = value
      return .success("Layer \(value).")
    case .head(let value):
      guard let model else { return .failure(Refusal(text: "There is no model yet.")) }
      if let reason = model.shape.reason(against: command, of: model.name) { return .failure(Refusal(text: reason)) }
      head = value
      return .success("Head \(value).")
    case .scale(let value): scale = value
    case .maximumTokens(let value):
      maximumTokens = value
      return .success("A reply ends at \(value) tokens at the latest.")
    case .speed(let value):
      speed = value
      return .success(value.map { "At most \(Numbers.plain($0)) reply tokens a second." } ?? "As fast as the model is.")
    default: return nil
    }
    switch command {
    case .scale: return .success("")
    case .norm1, .norm2, .norm3, .groupNorm, .epsilon:
      return .success(NormChoice.remark(norms) ?? "From the next token on: \(normsText).")
    default: return .success(samplingText)
    }
  }
}
