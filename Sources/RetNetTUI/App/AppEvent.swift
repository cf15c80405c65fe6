import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession
import TerminalKit

/// Everything that can happen to the app.
enum AppEvent: Sendable {
  /// From the keyboard, the mouse or the window.
  case key(Key)
  /// A whole line without a screen: a command, a word of a lesson, or a message.
  case line(String)
  /// A message to the model, whatever it looks like.
  case message(String)
  /// To this step of the lesson, with all commands of the lesson up to there.
  case lessonStep(Int)
  /// Commands of the lesson, without a learner.
  case lessonCommands([LessonCommand])
  /// Ctrl-C as a signal, where the terminal does not pass it as a key.
  case interrupted
  case modelLoading(String)
  case modelLoaded(ModelInfo)
  /// A model could not be opened; the previous one stays.
  case modelFailed(String)
  /// Steps were computed: those of the passing records, and the last one with its result; seconds are per step.
  case result(StepResult, passing: [TokenRecord] = [], seconds: Double)
  /// The model has ended the reply.
  case replyEnded
  /// The reply was cut short.
  case stopped
  /// The session is at an earlier position; nil is before the first token.
  case wentBack(StepResult?)
  /// The present step result with what else is traced now.
  case refreshed(StepResult)
  case session(SessionSummary)
  case reference(Explorer.Reference)
  /// The state after `position` tokens, for what the last step has changed.
  case before(ModelState, position: Int)
  /// That state cannot be computed; the text says why. Nothing else has stopped.
  case beforeFailed(position: Int, String)
  case history(Explorer.History)
  /// With the pieces of the tokens that the result names.
  case laboratory(AnalysisResult, pieces: [Int: String] = [:])
  /// The request has no answer; the text says why. Nothing else has stopped.
  case laboratoryFailed(AnalysisRequest, String)
  /// The lessons were read.
  case lessons(LessonLibrary)
  /// An empty session has begun to read a text.
  case feeding(String)
  /// A run has stopped at a breakpoint; the text says where.
  case breakpoint(String)
  /// The last turn was undone; this many turns are left.
  case undone(result: StepResult?, turns: Int)
  case wasReset
  /// An empty session has begun with a persona, or without one.
  case began(as: ChosenPersona?)
  /// A recorded session is at its saved position; the text says so. Typed words may still wait to be read.
  case opened(String, wordsWait: Bool)
  /// A step, a file or a command failed; what ran has stopped.
  case failed(String)
  case notice(String)
  /// A request that settles was carried out, successfully or not.
  case settled
}
