import RetNet
import RetNetText

/// A turn of a conversation as text.
package struct TurnText: Sendable, Hashable {
  package var speaker: Turn.Speaker
  package var text: String
  /// Whether the user or the length limit ended the reply.
  package var isStopped: Bool
  /// The number of tokens before the turn.
  package var index: Int

  package init(speaker: Turn.Speaker, text: String, isStopped: Bool = false, index: Int = 0) {
    (self.speaker, self.text, self.isStopped, self.index) = (speaker, text, isStopped, index)
  }
}

/// A state in a session, from which the session resumes without reading its earlier tokens.
package struct ResumeState: Sendable {
  /// Tokens read.
  package var position: Int { state.position }
  package var state: ModelState
  /// How often each head's norm 3 divisor was above 1, `[layers · heads]`; empty if it never was.
  package var divisions: [Int]

  package init(state: ModelState, divisions: [Int] = []) { (self.state, self.divisions) = (state, divisions) }
}

/// Everything that a saved session consists of.
package struct SessionContent: Sendable {
  package var recording: SessionFile
  /// The turns of the current branch, also those after the position.
  package var turns: [TurnText]
  /// A state shortly before the position; nil for a short session.
  package var state: ResumeState?
  /// The random state for the next token, four words; nil before the end of the recorded tokens.
  package var generator: [UInt64]?

  package init(
    recording: SessionFile, turns: [TurnText] = [], state: ResumeState? = nil, generator: [UInt64]? = nil
  ) {
    (self.recording, self.turns, self.state, self.generator) = (recording, turns, state, generator)
  }
}

extension Engine {
  /// The longest part of a session that is recomputed when it resumes, in tokens. The views show the traces of at most
  /// so many tokens.
  package static let recomputedTokens = 512

  /// The session, its text, and what it needs to resume at once.
  package func content(_ model: SessionFile.Model) -> SessionContent {
    let position = conversation.position
    let start = position - Self.recomputedTokens
    let snapshot = start > 0 ? snapshots.all.first { $0.position >= start && $0.position < position } : nil
    return SessionContent(
      recording: recording(model), turns: turnTexts,
      state: snapshot.map { ResumeState(state: $0.state, divisions: $0.divisions) },
      generator: conversation.hasFuture ? nil : conversation.sampler.generator.words)
  }

  /// The turns of the current branch, also those after the position.
  private var turnTexts: [TurnText] {
    let (turns, count) = (conversation.recordedTurns, conversation.recorded.count)
    return turns.indices.map { number in
      let end = number + 1 < turns.count ? turns[number + 1].index : count
      return TurnText(
        speaker: turns[number].speaker, text: conversation.text(ofTurn: number, through: end - 1),
        isStopped: turns[number].isStopped, index: turns[number].index)
    }
  }

  /// Opens a recorded session as `open` does, at the position of a state of its current branch.
  ///
  /// - Parameter state: nil opens the session at its start. So does a state that does not fit.
  /// - Throws: `SessionFileError`; the current session is then unchanged.
  package func resume(_ session: SessionFile, sha256: String, from state: ResumeState?) throws {
    try open(session, sha256: sha256)
    guard let state, fits(state, session) else { return }
    conversation.go(to: state.position)
    current = Snapshot(state: state.state, divisions: state.divisions)
    divergence = FormDivergence(from: current.state)
  }

  /// Whether a state has the model's shape, and tokens of the session are left to recompute.
  private func fits(_ state: ResumeState, _ session: SessionFile) -> Bool {
    let (found, expected) = (state.state.layers, firstState.layers)
    return (1..<max(session.position, 1)).contains(state.position) && found.count == expected.count
      && zip(found, expected).allSatisfy {
        $0.position == state.position && $0.batch == $1.batch && $0.heads == $1.heads && $0.headDim == $1.headDim
          && $0.valueDim == $1.valueDim
      }
      && [0, found.count * (expected.first?.heads ?? 0)].contains(state.divisions.count)
      && state.divisions.allSatisfy { (0...state.position).contains($0) }
  }

  /// Continues the random numbers of a session from four words, at the end of its recorded tokens.
  package func continueRandomNumbers(from words: [UInt64]) {
    guard !conversation.hasFuture, let generator = SeededGenerator(words: words) else { return }
    conversation.sampler.generator = generator
  }
}
