import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession
import TerminalKit

/// The events that `update` receives.
enum AppEvent: Sendable {
  /// From the keyboard, the mouse or the window.
  case key(Key)
  /// A line of plain mode: a command, a word of a lesson, or a message.
  case line(String)
  /// A message to the model, even if it looks like a command.
  case message(String)
  /// Goes to this step of the lesson and runs all commands of the lesson up to it.
  case lessonStep(Int)
  /// Runs commands of the lesson without a learner.
  case lessonCommands([LessonCommand])
  /// Seconds have passed while `AppState.isMoving`.
  case tick(seconds: Double)
  /// The terminal takes longer to draw a frame than a frame lasts.
  case terminalIsSlow
  /// Ctrl-C as a signal, if the terminal does not send it as a key.
  case interrupted
  case modelLoading(String)
  case modelLoaded(ModelInfo)
  /// A model could not be opened. The previous one stays open.
  case modelFailed(String)
  /// A batch of steps: the records of all but the last, and the last one's result. `seconds` is the time per step.
  case result(StepResult, passing: [TokenRecord] = [], seconds: Double)
  case replyEnded
  /// The reply ended early.
  case stopped
  /// The session returned to an earlier position; nil is before the first token.
  case wentBack(StepResult?)
  /// The current step result, with newly traced values.
  case refreshed(StepResult)
  case session(SessionSummary)
  case reference(Explorer.Reference)
  /// The state after `position` tokens, from which pages compute the last step's change.
  case before(ModelState, position: Int)
  /// The state could not be computed, with the reason. Everything else continues.
  case beforeFailed(position: Int, String)
  case history(Explorer.History)
  case unchangedPrediction(UnchangedPrediction)
  /// The session is at another node, from which steps may follow.
  case visited(Engine.Visit)
  /// The steps of a visit reached the end of a reply.
  case arrivedAtEnd
  /// Continuations so far.
  case grown(ReplyTree.Growth)
  case tree(SessionTree)
  /// The records of tokens before the stored ones.
  case recalled([TokenRecord], branch: Int)
  case tokenMass(TokenMass, isComplete: Bool)
  /// `pieces` has the text of the tokens in the result.
  case laboratory(AnalysisResult, pieces: [Int: String] = [:])
  /// The analysis failed, with the reason. Everything else continues.
  case laboratoryFailed(AnalysisRequest, String)
  case lessons(LessonLibrary)
  /// Begins the tour of the first start.
  case tour
  /// A session was emptied and now reads a text.
  case feeding(String)
  /// A run stopped at this breakpoint.
  case breakpoint(String)
  /// The last turn was undone; `turns` are left.
  case undone(result: StepResult?, turns: Int)
  /// A turn was changed; `turns` are left before the change.
  case turnChanged(TurnChange, turns: Int, result: StepResult?)
  /// All typed tokens of a change or of a prefix have been read.
  case typedRead(endsReply: Bool)
  case recomputing(Recomputation)
  /// A recomputation was cancelled. The session is unchanged.
  case recomputationCancelled
  case wasReset
  /// An empty session began, with a persona or without.
  case began(as: ChosenPersona?)
  /// A recorded session reached its saved position. `wordsWait`: typed tokens are still unread. `stopped`: the turns
  /// whose reply was stopped.
  case opened(String, wordsWait: Bool, stopped: Set<Int> = [])
  /// A saved session was opened; the results of its recomputed steps follow, then `opened`.
  case resumed(SessionResume)
  /// The saved sessions, and the id of the open one.
  case sessions(SessionListing, open: String?)
  /// The settings file has new values.
  case settingsSaved(Settings, path: String)
  /// The names of the bundled models.
  case models([String])
  case drawReport(DrawReport)
  /// A step failed, and the run stopped.
  case failed(String)
  case notice(String)
  case completions([Completion], for: CompletionQuery)
  /// The user's editor has saved this text.
  case edited(String)
  /// The command would replace this file.
  case fileExists(String, Command)
  /// A command or a query was not carried out, with the reason. Everything else continues.
  case refused(String)
  /// A request with the consequence `settles` ended, successfully or not.
  case settled
}
