import Foundation
import TestSupport
import Testing

@testable import RetNetTUI
@testable import TerminalKit

/// The pictures in `docs/pictures`: screens of the app with the bundled models, from scripted keys. `make pictures`
/// writes them.
@Suite("Pictures of the documents", .serialized)
@MainActor struct PictureTests {
  @Test("A chat, and the step that reads its last fact, in motion")
  func chat() async throws {
    let app = try await PictureApp(columns: 100, rows: 30, layer: 4, speed: 0.1)
    var frames: [AnimatedPicture.Frame] = []
    func show(_ seconds: Double, _ change: (inout AppState) -> Void = { _ in }) {
      frames.append(AnimatedPicture.Frame(grid: render(app.screen(change)), seconds: seconds))
    }
    // A reply that is stepped through looks as one that runs.
    func running(_ state: inout AppState) {
      (state.phase, state.focus, state.session.display) = (.running, .input, .state)
    }

    await app.type("My name is Emma.")
    show(2)
    await app.begin()
    repeat {
      if app.replyTokens % 3 == 1 { show(1, running) }
    } while await app.step()
    show(1.5)
    await app.type("What is my name?")
    show(1.5)
    await app.begin()
    while app.candidate != "▁Emma" {
      if app.replyTokens > 0 { show(0.8, running) }
      guard await app.step() else { break }
    }
    try #require(app.candidate == "▁Emma", "the model does not recall the name")
    show(1.5, running)
    await app.press(.right)
    for _ in StepPlayback.Part.allCases.dropLast() {
      show(1.2)
      app.tick(seconds: StepPlayback.secondsPerFrame)
    }
    show(5)
    expectPicture(AnimatedPicture(frames: frames, theme: Theme(.dark)).svg, "chat")
  }

  @Test("The live view with a step: S before, γ S, kᵀv, S after")
  func step() async throws {
    let app = try await PictureApp(columns: 100, rows: 30, layer: 4)
    await app.say("Do you like old films?")
    await app.press(.escape, .left, .left, .right)
    expectPicture(app.screen(), "step")
  }

  @Test("The memory map with the whole window")
  func memory() async throws {
    let app = try await PictureApp(columns: 110, rows: 24)
    await app.say("My name is Emma.")
    await app.say("Do you like old films?")
    await app.say("What is my name?")
    await app.press(.escape)
    await app.press("ZZ")
    expectPicture(app.screen(), "memory")
  }

  @Test("One output in three forms")
  func forms() async throws {
    let app = try await PictureApp(columns: 120, rows: 30)
    await app.say("Do you like old films?")
    await app.press(.escape)
    await app.command("forms")
    await app.command("chunk 5")
    expectPicture(app.screen(), "forms")
  }

  @Test("The reply under the trained norms and without the group norm")
  func norms() async throws {
    let app = try await PictureApp(columns: 110, rows: 30)
    await app.say("Do you like old films?")
    await app.press(.escape, .left, .left, .left, .left, .left)
    await app.command("group-norm off")
    await app.command("forms norms")
    expectPicture(app.screen(), "norms")
  }

  @Test("A lesson beside the page that it discusses: a task whose first part is done")
  func lesson() async throws {
    let app = try await PictureApp(columns: 120, rows: 34)
    await app.command("lesson sum-to-state")
    for _ in 0..<4 {
      await app.say("why")
      await app.press(.enter)
    }
    await app.press(.right, .right, .right)
    expectPicture(app.screen(), "lesson")
  }

  @Test("Each frame of an animation shows what its own picture shows")
  func frames() throws {
    let states = [Fixtures.ready(), Fixtures.speaking(), Fixtures.ready(), Fixtures.speaking(), Fixtures.speaking()]
    let grids = states.map { render($0) }
    let animation = AnimatedPicture(
      frames: grids.map { AnimatedPicture.Frame(grid: $0, seconds: 0.5) }, theme: Theme(.dark))
    let content = try #require(PictureContent(animation.svg))
    #expect(content.seconds == "2.500")
    #expect(content.frames.count == 5)
    for (frame, grid) in zip(content.frames, grids) {
      #expect(try #require(PictureContent(grid.svg())).frames == [frame])
    }
  }

  @Test("A picture with another word, another colour or another size differs; other digits do not")
  func differences() throws {
    var grid = Grid(columns: 12, rows: 2)
    grid.put("gap 3e-07 ▄", row: 1, column: 0, style: Style(.rgb(200, 100, 0)))
    let expected = try #require(PictureContent(grid.svg()))
    func difference(_ change: (inout Grid) -> Void) throws -> String? {
      var other = grid
      change(&other)
      return try #require(PictureContent(other.svg())).difference(from: expected)
    }
    #expect(try difference { _ in } == nil)
    #expect(try difference { $0.put("2e-07", row: 1, column: 4, style: Style(.rgb(200, 100, 0))) } == nil)
    #expect(try difference { $0.put("▄", row: 1, column: 10, style: Style(.rgb(210, 100, 0))) } == nil)
    #expect(try difference { $0.put("▄", row: 1, column: 10, style: Style(.rgb(230, 100, 0))) } != nil)
    #expect(try difference { $0.put("▀", row: 1, column: 10, style: Style(.rgb(200, 100, 0))) } != nil)
    #expect(try difference { $0.put("cap", row: 1, column: 0, style: Style(.rgb(200, 100, 0))) } != nil)
    #expect(try difference { $0.put("gap", row: 1, column: 0) } != nil)
    #expect(try difference { $0 = Grid(columns: 12, rows: 3) } != nil)
    #expect(PictureContent("<svg>") == nil)
  }

  @Test("A step of the signed scale changes a channel by 8 at most, half of what pictures may differ by")
  func scaleSteps() throws {
    let palette = Palette(depth: .direct, theme: Theme(.dark))
    let colors = try (-64...64).map {
      $0 == 0 ? palette.theme.background : palette.rgb(try #require(palette.index(of: .ramp($0))))
    }
    for (one, next) in zip(colors, colors.dropFirst()) {
      for channel in [\RGB.red, \.green, \.blue] {
        #expect(abs(Int(one[keyPath: channel]) - Int(next[keyPath: channel])) <= 8)
      }
    }
  }

  private func expectPicture(_ state: AppState, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    expectPicture(render(state).svg(theme: state.traits.theme), name, sourceLocation: sourceLocation)
  }

  /// Expects the picture to look like its file in `docs/pictures`.
  private func expectPicture(_ document: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let url = URL(fileURLWithPath: Repository.document("docs/pictures/\(name).svg"))
    let failure = RecordedFile(url: url).failure(document) { found, stored in
      guard let found = PictureContent(found), let stored = PictureContent(stored) else { return "it is no picture." }
      return found.difference(from: stored)
    }
    guard let failure else { return }
    Issue.record("\(failure)", sourceLocation: sourceLocation)
  }
}
