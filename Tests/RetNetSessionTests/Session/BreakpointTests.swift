import Testing

@testable import RetNet
@testable import RetNetSession

extension Breakpoint {
  fileprivate func isMet(by result: StepResult) -> Bool { finding(in: result) != nil }
}

@Suite("Breakpoints")
struct BreakpointTests {
  private func result(
    _ piece: String = "▁cat", _ role: StepResult.Role = .reply, entropy: Float = 4.2123,
    norms: [[Float]] = [[1, 2], [3, 41.25]]
  ) -> StepResult {
    let layers = norms.map { norms in
      var layer = RetentionState<Float>(heads: norms.count, headDim: 1, valueDim: 2)
      layer.matrix = norms.flatMap { [0.6 * $0, -0.8 * $0] }
      return layer
    }
    return StepResult(
      position: 1, token: 0, piece: piece, role: role, turn: 0, turnText: "", logProbability: nil, entropyBefore: nil,
      entropy: entropy, candidates: [], state: ModelState(layers: layers), trace: StepTrace(),
      options: StepOptions())
  }

  @Test("A token breakpoint matches text that contains the typed one, ignoring case")
  func token() {
    #expect(Breakpoint.token("cat").finding(in: result()) == "the token ▁cat contains 'cat'")
    for text in ["CAT", "a", " ca", "▁cat", "▁"] { #expect(Breakpoint.token(text).isMet(by: result())) }
    for text in ["", "cats", "cat ", "dog"] { #expect(!Breakpoint.token(text).isMet(by: result())) }
    #expect(Breakpoint.token("é").isMet(by: result("▁CAFÉ")))
  }

  @Test("Symbols and bytes match by their whole name only")
  func symbols() {
    #expect(Breakpoint.token("<|bot|>").isMet(by: result("<|bot|>", .control)))
    #expect(!Breakpoint.token("bot").isMet(by: result("<|bot|>", .control)))
    #expect(Breakpoint.token("<0x0a>").isMet(by: result("<0x0A>")))
    #expect(!Breakpoint.token("a").isMet(by: result("<0x0A>")))
  }

  @Test("An entropy breakpoint matches above its limit, and shows enough digits to tell")
  func entropy() {
    #expect(Breakpoint.entropy(4).finding(in: result()) == "entropy 4.21 nat is above 4")
    #expect(Breakpoint.entropy(4.5).finding(in: result()) == nil)
    #expect(Breakpoint.entropy(4.5).finding(in: result(entropy: 4.5)) == nil)
    #expect(Breakpoint.entropy(4).finding(in: result(entropy: 4.0004)) == "entropy 4.0004 nat is above 4")
    #expect(Breakpoint.entropy(0.25).finding(in: result(entropy: 0.5)) == "entropy 0.50 nat is above 0.25")
  }

  @Test("A norm breakpoint matches its head, or the largest norm of all heads")
  func norm() {
    let place = HeadIndex(layer: 1, head: 0)
    #expect(Breakpoint.norm(40, nil).finding(in: result()) == "layer 1 head 1: ‖S‖ 41.2 is above 40")
    #expect(Breakpoint.norm(2, place).finding(in: result()) == "layer 1 head 0: ‖S‖ 3.00 is above 2")
    #expect(Breakpoint.norm(4, place).finding(in: result()) == nil)
    #expect(Breakpoint.norm(50, nil).finding(in: result()) == nil)
    #expect(Breakpoint.norm(0, HeadIndex(layer: 5, head: 0)).finding(in: result()) == nil)
    #expect(
      Breakpoint.norm(1000, nil).finding(in: result(norms: [[12345]])) == "layer 0 head 0: ‖S‖ 12345 is above 1000")
  }

  @Test("A breakpoint describes its condition; a single step result does not match a divergence")
  func text() {
    #expect(Breakpoint.token("cat").text == "a token that contains 'cat'")
    #expect(Breakpoint.entropy(4).text == "entropy above 4 nat")
    #expect(Breakpoint.norm(40.5, HeadIndex(layer: 2, head: 3)).text == "layer 2 head 3: ‖S‖ above 40.5")
    #expect(Breakpoint.norm(40, nil).text == "any head: ‖S‖ above 40")
    #expect(!Breakpoint.divergence(0).isMet(by: result()))
  }
}
