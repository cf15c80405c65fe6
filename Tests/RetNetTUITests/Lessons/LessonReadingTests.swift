import Testing

@testable import Lessons
@testable import RetNet
@testable import RetNetTUI

/// Steps that state laboratory results while another page is shown beside the text.
@Suite("Lessons and the laboratory")
@MainActor struct LessonReadingTests {
  private let lesson: Lesson

  init() throws {
    let text = """
      name: measured
      title: Measured
      about: What a norm changes.
      model: recall
      steps:
        - do: [":layer 1", ":head 1", feed: "a3 f7"]
          say: It changes by {normDifference(1) | 2} before the group norm.
          page: explore head
        - say: The second step.
        - say: The third step.
      """
    lesson = try LessonReader.lesson(text, file: "measured.yaml", checks: LessonCatalog.checks).get()
  }

  /// Without norm 1 every output is √8 times as large, so that it changes by √8 − 1 of itself.
  private static let withoutNorm1 = "1.83"

  @Test("On the screen a step's laboratory results are recomputed when its norms change")
  func screen() async throws {
    let lesson = lesson
    let session = LessonSession(loader: { name, _ in try LoadedModel.read(name) }) { _ in
      LessonLibrary(lessons: [lesson], progress: LessonProgress(), opened: lesson)
    }
    session.enter(":lesson measured")
    try await session.wait(forStep: 0)
    #expect(render(session.state).text.contains("It changes by 0.00 before"))
    session.enter(":norm1 off")
    try await session.wait("another result") {
      !$0.lab.isWaiting && $0.unsettled == 0 && $0.lab.norms?.chosen.retention.norm1 == false
    }
    #expect(session.state.shownView == .explorer)
    #expect(render(session.state).text.contains("It changes by \(Self.withoutNorm1) before"))
  }

  @Test("In plain mode a step's laboratory results are recomputed when its norms change")
  func lines() async throws {
    let folder = try LessonFolder()
    let walk = try await PlainChat.lesson(
      lesson, among: [lesson], streams: LessonLog().streams, loader: BundledLessonTests.loader, file: folder.progress)
    let say = try #require(lesson.steps[0].say)
    #expect(say.shown(AppFacts(walk.state)).text.contains("0.00"))
    _ = await walk.run(line: ":norm1 off")
    #expect(say.shown(AppFacts(walk.state)).text.contains(Self.withoutNorm1))
  }
}
