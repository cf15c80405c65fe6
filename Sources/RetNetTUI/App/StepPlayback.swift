import RetNet
import RetNetSession

/// What the state pane of the live view shows.
enum StateDisplay: Sendable, Hashable {
  /// S after the step.
  case state
  /// The step: S before, what fades, what is written, S after.
  case step
}

/// The playback of one recurrent step in the state pane.
struct StepPlayback: Sendable {
  /// The parts of the step, in the order of Eq. 6. Each frame shows one more.
  enum Part: Int, Sendable, CaseIterable, Comparable {
    /// S_{n−1}
    case before
    /// γ S_{n−1}
    case kept
    /// k_nᵀ v_n
    case written
    /// S_n
    case after

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  static let secondsPerFrame = 0.15

  /// The step and the state before it, if available.
  let result: StepResult
  let before: ModelState?
  /// Whether the step is undone: the frames come in reverse order.
  let isReversed: Bool
  /// The last visible part.
  private(set) var part: Part
  private var secondsInFrame = 0.0

  init(_ result: StepResult, before: ModelState?, isReversed: Bool = false) {
    (self.result, self.before, self.isReversed) = (result, before, isReversed)
    part = isReversed ? .written : .before
  }

  /// - Returns: whether frames are left.
  mutating func advance(seconds: Double) -> Bool {
    secondsInFrame += seconds
    while secondsInFrame >= Self.secondsPerFrame {
      guard let next = Part(rawValue: part.rawValue + (isReversed ? -1 : 1)), next != .after else { return false }
      part = next
      secondsInFrame -= Self.secondsPerFrame
    }
    return true
  }
}

/// Steps through the recorded tokens at a pace.
struct Replay: Sendable, Hashable {
  static let paces = 0.1...100.0

  var stepsPerSecond = 2.0
  var isPaused = false
  /// Seconds until the next step.
  var wait = 0.0
}

extension AppState {
  /// Whether the screen changes with time, without events of the user or the engine.
  var isMoving: Bool { session.playback != nil || session.quietSeconds > 0 || session.replay?.isPaused == false }

  /// Advances everything that moves.
  ///
  /// - Parameter seconds: since the last call.
  mutating func advance(seconds: Double) -> [Effect] {
    session.quietSeconds = max(session.quietSeconds - seconds, 0)
    if session.playback?.advance(seconds: seconds) == false { session.playback = nil }
    return advanceReplay(seconds: seconds)
  }

  /// Begins to play a step, unless the user steps faster than it plays.
  mutating func play(_ playback: StepPlayback) {
    guard settings.motion, session.display == .step, shownView == .live else { return }
    session.playback = session.quietSeconds > 0 ? nil : playback
    session.quietSeconds = Double(StepPlayback.Part.allCases.count) * StepPlayback.secondsPerFrame
  }

  // MARK: Replay

  /// Replays the tokens after the current position; at the end of the session, its last turn.
  mutating func startReplay(stepsPerSecond: Double?) -> [Effect] {
    guard model != nil, explorer.session.length > 0 else {
      return refuse("There is nothing to replay yet: type a message first.", isError: false)
    }
    var replay = session.replay ?? Replay()
    replay.isPaused = false
    if let stepsPerSecond { replay.stepsPerSecond = stepsPerSecond }
    session.replay = replay
    session.display = .step
    if lesson == nil { view = .live }
    say("Replaying \(replay.text). Space pauses, + and - change the pace.")
    if position < explorer.session.length {
      defer { phase = .paused }
      return phase == .running ? [.engine(.pause)] : []
    }
    return go(to: lastTurnStart)
  }

  /// The number of tokens before the last user's turn among the recorded tokens.
  private var lastTurnStart: Int {
    let entries = tokens.entries
    guard let user = entries.lastIndex(where: { $0.role == .user }) else { return entries.first?.index ?? 0 }
    return entries[...user].last { $0.role != .user }.map { $0.index + 1 } ?? entries[entries.startIndex].index
  }

  /// Pauses or resumes the replay.
  mutating func toggleReplay() {
    session.replay?.isPaused.toggle()
    guard let replay = session.replay else { return }
    say(replay.isPaused ? "The replay is paused: Space resumes it, → makes one step." : "Replaying \(replay.text).")
  }

  mutating func changeReplayPace(by factor: Double) {
    guard var replay = session.replay else { return }
    let pace = replay.stepsPerSecond * factor
    replay.stepsPerSecond = min(max(pace, Replay.paces.lowerBound), Replay.paces.upperBound)
    replay.wait = min(replay.wait, 1 / replay.stepsPerSecond)
    session.replay = replay
    say("Replaying \(replay.text).")
  }

  private mutating func advanceReplay(seconds: Double) -> [Effect] {
    guard var replay = session.replay, !replay.isPaused, phase == .paused, unsettled == 0 else { return [] }
    guard position < explorer.session.length else {
      session.replay = nil
      say("The replay has reached the last token.")
      return []
    }
    replay.wait -= seconds
    let isDue = replay.wait <= 0
    if isDue { replay.wait = max(replay.wait + 1 / replay.stepsPerSecond, 0) }
    session.replay = replay
    return isDue ? [.engine(.steps(1))] : []
  }
}

extension Replay {
  /// `2 tokens a second`
  fileprivate var text: String {
    stepsPerSecond == 1 ? "one token a second" : "\(Numbers.plain(stepsPerSecond)) tokens a second"
  }
}
