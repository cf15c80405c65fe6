import RetNet
import RetNetSession
import TerminalKit

/// Carries out `:` commands.
extension AppState {
  mutating func perform(_ command: Command) -> [Effect] {
    switch command {
    case .set(let setting): return set(setting)
    case .norms: say(settings.normsText)
    case .sampling: say(settings.samplingText)
    case .state: say(reading?.text ?? "There is no state yet: type a message first.")
    case .probe(let row, let column): probe(row: row, column: column)
    case .symbols: overlay = .glossary(top: 0)
    case .help: overlay = .help(HelpPage())
    case .quit: return [.app(.quit(0))]
    case .step: return stepOnce()
    case .back: return stepBack()
    case .zoom(let pane): zoom(pane)
    case .replay(let pace): return startReplay(stepsPerSecond: pace)
    case .undo: return replaceSession(.undoTurn)
    case .reset: return reset()
    case .regenerate(let turn): return regenerate(turn)
    case .continueReply(let turn): return continueReply(turn)
    case .editTurn(let turn, let text): return edit(turn, text)
    case .prefix(let text): return setPrefix(text)
    case .fork(let turn): return fork(after: turn)
    case .model where lesson != nil, .persona where lesson != nil, .openSession where lesson != nil,
      .resume where lesson != nil, .rename where lesson != nil:
      say("A lesson has its own model and session; 'quit' leaves it.", isError: true)
    case .model(let name):
      sources.requestedModel = name
      return replaceSession(.loadModel(name, for: .conversation))
    case .persona(let name): return replaceSession(.begin(as: name))
    case .personas: return [.analysis(.listPersonas)]
    case .saveScreen, .export, .saveSession, .exportTranscript: return unlessFileExists(command)
    case .overwrite(let command): return write(command)
    case .theme(let name): traits.theme.name = name
    case .open(let panel): return open(panel)
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
    case .tree(let page):
      show(page)
      focus = .panes
    case .grow(let count, let tokens): return grow(count, tokens: tokens)
    case .bookmark(let name): return bookmark(name)
    case .note(let text): return note(text)
    case .breakpoint(let breakpoint): return set(breakpoint)
    case .openSession(let path): return replaceSession(.openSession(path))
    case .sessions: return [.app(.sessions(.list))]
    case .resume(let name): return replaceSession(.resumeSession(name))
    case .rename(let name): return [.app(.sessions(.rename(nil, to: name)))]
    case .lesson(let name): return showLessons(name)
    case .tour: beginTour()
    case .edit: return editDraft()
    case .clipboard(let part): return copy(part)
    }
    return []
  }

  /// Writes the file of a command, also if a file of this name exists.
  private mutating func write(_ command: Command) -> [Effect] {
    if case .saveScreen(let path, let format) = command { return [.app(.saveScreen(path: path, format: format))] }
    if case .export(let exported, let path) = command { return export(exported, to: path) }
    if case .saveSession(let path) = command { return saveSession(to: path) }
    if case .exportTranscript(let path) = command { return exportTranscript(to: path) }
    return perform(command)
  }

  /// Writes the file of a command unless a file of this name exists.
  private mutating func unlessFileExists(_ command: Command) -> [Effect] {
    guard let path = command.newFile?.path else { return [] }
    return write(command).map { .app(.unlessFileExists(path, command, $0)) }
  }

  /// Ends the open reply, then sends a request that replaces the session. Queued messages return to the line.
  mutating func replaceSession(_ request: EngineRequest) -> [Effect] {
    if case .loading = phase { return refuse("A model is being read. Try again afterwards.") }
    lab.stop()
    returnQueue()
    return stopReply() + [.engine(request)]
  }

  private mutating func probe(row: Int, column: Int) {
    guard let model else { return say("There is no state yet.", isError: true) }
    if let reason = model.shape.reason(against: .probe(row: row, column: column), of: model.name) {
      return say(reason, isError: true)
    }
    probe = Position(row: row, column: column)
  }

  // MARK: Settings

  private mutating func set(_ setting: Command.Setting) -> [Effect] {
    if let reason = refusal(of: setting) { return refuse(reason) }
    settings.apply(setting)
    if case .mouse(let isOn) = setting { return setMouse(isOn) }
    say(settings.text(after: setting))
    return request(after: setting).map { [.engine(.set($0))] } ?? []
  }

  /// The reason why the model rejects a setting, else nil.
  private func refusal(of setting: Command.Setting) -> String? {
    if let reason = settings.reason(against: setting) { return reason }
    if let model { return model.shape.reason(against: .set(setting), of: model.name) }
    if case .later = setting { return nil }
    if case .mouse = setting { return nil }
    // A lesson's step replaces the settings.
    if lesson != nil { return "The lesson's model is being read. Try again afterwards." }
    if case .layer = setting { return "There is no model yet." }
    if case .head = setting { return "There is no model yet." }
    return nil
  }

  /// The setting that the engine needs.
  private func request(after setting: Command.Setting) -> EngineSetting? {
    switch setting {
    case .norm1, .norm2, .norm3, .groupNorm, .epsilon: .norms(settings.norms)
    case .sampling, .logitBias, .seed, .stop, .pattern, .defaultSampling: .sampling(settings.sampling)
    case .speed: .speed(settings.speed)
    case .layer, .head, .scale, .maximumTokens, .motion, .history, .later, .mouse, .showProbabilities: nil
    }
  }
}

extension ChatSettings {
  fileprivate mutating func apply(_ setting: Command.Setting) {
    switch setting {
    case .sampling(let name, let value): samplingChoices.values[name] = value
    case .logitBias(let token, let bias): samplingChoices.logitBias[token] = bias
    case .seed(let value): samplingChoices.seed = value
    case .stop(let text): samplingChoices.stop = stops(adding: text)
    case .pattern(let source): samplingChoices.pattern = source.flatMap { try? ReplyPattern(parsing: $0) }
    case .defaultSampling: samplingChoices = SamplingChoices()
    case .norm1(let value): normChoices.norm1 = value
    case .norm2(let value): normChoices.norm2 = value
    case .norm3(let value): normChoices.norm3 = value
    case .groupNorm(let value): normChoices.group = value
    case .epsilon(let value): normChoices.epsilon = .some(value)
    case .layer(let value): layer = value
    case .head(let value): head = value
    case .scale(let value): scale = value
    case .maximumTokens(let value): maximumTokens = value
    case .speed(let value): speed = value
    case .motion(let value): motion = value
    case .history(let value): history = value
    case .later(let setting, let value): later[setting] = value
    case .mouse: break
    case .showProbabilities(let value): showsProbabilities = value
    }
  }

  /// A notice of the new values; empty if the screen shows them.
  fileprivate func text(after setting: Command.Setting) -> String {
    switch setting {
    case .sampling, .logitBias, .seed, .stop, .pattern, .defaultSampling: samplingText
    case .norm1, .norm2, .norm3, .groupNorm, .epsilon:
      NormChoice.remark(norms) ?? "Starting with the next token: \(normsText)."
    case .layer(let value): "Layer \(value)."
    case .head(let value): "Head \(value)."
    case .scale: ""
    case .maximumTokens(let value): "A reply has at most \(value) tokens."
    case .speed: speedText
    case .history(let value):
      value ? "Messages and commands are kept for later sessions." : "Messages and commands are not kept any more."
    case .later(let setting, let value):
      "\(setting.name) is \(value) from the next start, once the options are saved (s)."
    case .mouse: ""
    case .showProbabilities(let value):
      value
        ? "The conversation shows how probable each token of a reply was; the legend is in its title."
        : "The conversation is plain again."
    case .motion(let value): value ? "Steps are played in three frames." : "Steps are shown at once."
    }
  }

  /// The speed of replies in one line.
  var speedText: String {
    speed.map { "At most \(Numbers.plain($0)) reply tokens a second." } ?? "As fast as possible."
  }
}
