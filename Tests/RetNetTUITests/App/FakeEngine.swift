@testable import RetNet
@testable import RetNetTUI

/// An engine that plays a conversation made by hand, and writes down what it is asked.
actor FakeEngine: ChatEngine {
  struct Failure: Error, CustomStringConvertible { let description = "Layer 2 is NaN." }

  private let moments: [Moment]
  private var place = 0
  private var isReplying = false
  private let failsAt: Int?
  private(set) var asked: [String] = []

  init(_ moments: [Moment] = Fixtures.conversation(), failsAt: Int? = nil) {
    self.moments = moments
    self.failsAt = failsAt
  }

  func setNorms(_ norms: NormOptions) { asked.append("norms \(norms.retention.norm3)") }
  func setSampling(_ sampling: SamplingOptions) { asked.append("sampling \(sampling.temperature)") }

  func submit(_ text: String) throws {
    guard !text.isEmpty else { throw EngineError.emptyMessage }
    asked.append("submit \(text)")
    isReplying = true
  }

  func step() throws -> Moment? {
    if place == failsAt { throw Failure() }
    guard isReplying, place < moments.count else {
      isReplying = false
      return nil
    }
    place += 1
    return moments[place - 1]
  }

  /// Up to three steps in one go, where there is time for more than one.
  func steps(for duration: Duration, maximumReply: Int, unless isStopped: @Sendable () -> Bool) -> Stretch {
    var stretch = Stretch()
    repeat {
      do {
        guard let moment = try step() else {
          stretch.end = .replyEnded
          break
        }
        if let last = stretch.moment { stretch.passed.append(last.fed) }
        stretch.moment = moment
      } catch {
        stretch.end = .failed(error)
        break
      }
    } while duration > .zero && stretch.passed.count < 2 && !isStopped()
    return stretch
  }

  func endReply() {
    asked.append("end at \(place)")
    isReplying = false
  }

  func back() -> Moment? {
    place = max(place - 1, 0)
    isReplying = true
    return place > 0 ? moments[place - 1] : nil
  }

  func undoTurn() -> (moment: Moment?, turns: Int) {
    place = 0
    isReplying = false
    return (nil, 0)
  }

  func reset() {
    asked.append("reset")
    place = 0
    isReplying = false
  }
}
