import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession

/// Sessions that resume from a stored state.
@Suite("Resumed sessions")
struct ResumeTests {
  private let name = SessionFile.Model(name: "tiny", sha256: "0")

  @Test("A session resumed from its stored state has the bits of the uninterrupted one, also in its next tokens")
  func sameBits() async throws {
    let engine = try TimeTravelTests.engine()
    while await engine.current.position < Engine.recomputedTokens + 40 {
      try await engine.submit("where is the cat?")
      for _ in 0..<40 { if try await engine.step() == nil { break } }
      await engine.endReply()
    }
    try await engine.submit("who saw the dog")
    for _ in 0..<12 { _ = try await engine.step() }
    let content = await engine.content(name)
    let state = try #require(content.state)
    let position = content.recording.position
    #expect((position - Engine.recomputedTokens..<position).contains(state.position))

    let resumed = try TimeTravelTests.engine()
    try await resumed.resume(content.recording, sha256: name.sha256, from: state)
    #expect(await resumed.current.position == state.position)
    while await resumed.current.position < position { _ = try await resumed.step() }
    await resumed.continueRandomNumbers(from: try #require(content.generator))
    #expect(await resumed.current.state == (await engine.current.state))
    for _ in 0..<5 {
      let (next, expected) = (try await resumed.step(), try await engine.step())
      #expect(next?.token == expected?.token)
      #expect(next?.state == expected?.state)
    }
    // An earlier position has no snapshot: it is recomputed from the start.
    #expect(try await resumed.go(to: 5)?.state == (try await engine.go(to: 5)?.state))
  }

  @Test("A state that does not fit is left out, and all tokens are recomputed")
  func otherState() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    for _ in 0..<12 { _ = try await engine.step() }
    let content = await engine.content(name)
    var late = await engine.current.state
    for layer in late.layers.indices { late.layers[layer].position = 1 << 40 }
    for state in [late, ModelState(layers: Array((await engine.current.state).layers.dropLast()))] {
      let resumed = try TimeTravelTests.engine()
      try await resumed.resume(content.recording, sha256: name.sha256, from: ResumeState(state: state))
      #expect(await resumed.current.position == 0)
    }
  }

  @Test("The text of a session is that of its turns")
  func text() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    for _ in 0..<14 { _ = try await engine.step() }
    let turns = await engine.content(name).turns
    #expect(turns.first?.text == "where is the cat?")
    #expect(turns.map(\.speaker) == [.user, .reply])
  }
}
