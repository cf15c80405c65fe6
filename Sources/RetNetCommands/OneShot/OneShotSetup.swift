import RetNet
import RetNetSession
import RetNetTUI
import RetNetText

/// The options that `generate` and `chat` pass to replies without a conversation.
struct OneShotSetup {
  /// The model's.
  var folder: String
  var dialect: Dialect?
  var persona: PersonaArguments
  var threads: Int
  /// Whether to continue the prompt without turns.
  var raw: Bool
  var norms: NormArguments
  var sampling: SamplingChoices
  var reply: ReplyArguments
  var maximumTokens: Int

  /// Reads the model.
  ///
  /// - Throws: the errors of reading a model, its persona and the settings.
  func open(_ arguments: OneShotArguments, form: RetentionForm, _ progress: CommandProgress) throws -> OneShot {
    let tokenizer = try ModelLoading.tokenizer(folder, for: nil)
    var chosen = sampling
    reply.apply(to: &chosen)
    let sampling = chosen.applied(to: try Settings.read().sampling.applied(to: SamplingOptions.stored(in: folder)))
    let model = try ModelLoading.weights(folder, dialect: dialect)
    let initialState = try persona.state(for: model.configuration, folder: folder)
    let norms = norms.applied(to: model.norms)
    NormArguments.report(norms.retention, in: .recurrent)
    let continuesText = TextGenerator.format(tokenizer, of: model).continuesText
    let output = StandardOutput(exact: true)
    return OneShot(
      tokenizer: tokenizer, inference: Inference(model, threads: threads),
      note: continuesText && !raw ? ModelInfo.continuationNote(ModelCatalog.shownName(folder)) : nil,
      mode: raw || continuesText ? .plain : .chat, form: form, norms: norms,
      sampling: sampling, initialState: initialState, maximumTokens: maximumTokens, choices: arguments.choice,
      candidates: arguments.top, json: arguments.json ? JSONWriter(output) : nil, output: output,
      progress: progress)
  }
}
