import Foundation
import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession
import TerminalKit

/// Everything that can happen to the app.
enum AppEvent: Sendable {
  /// From the keyboard, the mouse or the window.
  case key(Key)
  /// Ctrl-C as a signal, where the terminal does not hand it over as a key.
  case interrupted
  case modelLoading(String)
  case modelLoaded(ModelInfo)
  /// A model could not be opened; the one before stays.
  case modelFailed(String)
  /// Recurrent steps were made, those that have passed and the one that led to the moment, in so many seconds each.
  case result(StepResult, passing: [TokenRecord] = [], seconds: Double)
  /// The reply has come to its own end.
  case replyEnded
  /// The reply was ended where it stood.
  case stopped
  /// The session stands at an earlier moment, or at one that something has been brought to; nil before the first token.
  case wentBack(StepResult?)
  /// The present moment, with more brought to it than before.
  case refreshed(StepResult)
  case session(SessionSummary)
  case reference(Explorer.Reference)
  /// The state after so many tokens, for what the last step has changed.
  case before(ModelState, position: Int)
  /// That state cannot be computed; the text says why. Nothing else has stopped.
  case beforeFailed(position: Int, String)
  case history(Explorer.History)
  /// With the pieces of the tokens that the reading names.
  case laboratory(AnalysisResult, pieces: [Int: String] = [:])
  /// The request has no answer; the text says why. Nothing else has stopped.
  case laboratoryFailed(AnalysisRequest, String)
  /// The lessons have been read.
  case lessons(LessonLibrary)
  /// The session is set aside for a lesson, and all events of its own have come.
  case setAside
  /// It is back.
  case lessonLeft
  /// An empty session has begun to read a text.
  case feeding(String)
  /// A run has stopped by itself; the text says where.
  case breakpoint(String)
  /// The last turn was taken back: so many turns are left.
  case undone(result: StepResult?, turns: Int)
  case wasReset
  /// An empty session has begun with a persona, or without one.
  case began(as: ChosenPersona?)
  /// A recorded session stands where it was saved; the text says so. Words that were typed may still wait to be read.
  case opened(String, wordsWait: Bool)
  /// A step, a file or a command went wrong; what ran has stopped.
  case failed(String)
  case notice(String)
  /// One of the effects that `settles` has been carried out, well or not.
  case settled
}

/// What `update` wants done outside of the state.
enum Effect: Sendable, Hashable {
  /// Queue a user turn and open a reply.
  case submit(String)
  /// Step until the reply ends or has so many tokens.
  case run(maximumReply: Int)
  /// Stop before the next step.
  case pause
  case step
  case back
  /// End the reply where it stands.
  case stop
  case undoTurn
  case reset
  /// To the moment after so many tokens.
  case go(to: Int)
  /// One step with this token.
  case pick(Int)
  case experiment(Experiment)
  case undoExperiment
  case selectBranch(Int)
  case watch(TraceOptions)
  case reference(StateReference)
  /// The state after so many tokens.
  case before(Int)
  case history(layer: Int)
  case setBreakpoints([Breakpoint])
  case laboratory(AnalysisRequest)
  /// What the laboratory is computing is not waited for any more.
  case stopLaboratory
  /// The next token's logits, in the format of the path's ending.
  case exportLogits(String)
  case saveSession(String)
  case openSession(String)
  /// A file with these bytes.
  case save(Data, to: String)
  case setNorms(NormOptions)
  case setSampling(SamplingOptions)
  /// At most so many reply tokens a second; nil has no limit.
  case setSpeed(Double?)
  case loadModel(String)
  /// An empty session that begins with a persona; nil is an empty state.
  case begin(as: String?)
  /// Say which personas there are.
  case listPersonas
  /// Find the lessons, and open one.
  case readLessons(open: String?)
  case saveProgress(LessonProgress)
  /// Set the session aside, where that has not been done, and read a lesson's model.
  case openLesson(model: String)
  case closeLesson
  /// Reads a text into an empty session, and stops before anything is drawn.
  case feed(String)
  case makeSteps(Int)
  case saveScreen(path: String, format: Command.ScreenFormat)
  case setMouse(Bool)
  /// Draw everything anew.
  case redraw
  case quit(Int32)

  /// Whether the tokens that questions were asked about are others behind it.
  var endsSession: Bool {
    switch self {
    case .undoTurn, .reset, .loadModel, .begin, .openSession, .openLesson, .closeLesson, .feed: true
    default: false
    }
  }

  /// Whether it leaves the session alone.
  var isBesideSession: Bool {
    switch self {
    case .saveScreen, .save, .readLessons, .saveProgress, .setMouse, .redraw, .quit: true
    default: false
    }
  }

  /// Whether the engine reports `settled` after it: until then a new message waits, so that the answers to what was
  /// asked before cannot be taken for answers to it.
  var settles: Bool {
    switch self {
    case .step, .back, .stop, .undoTurn, .reset, .begin, .go, .pick, .undoExperiment, .selectBranch,
      .openSession, .feed, .makeSteps:
      true
    default: false
    }
  }

  /// Whether the engine reports the session after it.
  var reports: Bool {
    switch self {
    case .submit, .run, .step, .back, .stop, .undoTurn, .reset, .go, .pick, .experiment, .undoExperiment, .selectBranch,
      .setBreakpoints, .exportLogits, .saveSession, .openSession, .setNorms, .loadModel, .begin, .feed, .makeSteps:
      true
    default: false
    }
  }
}
