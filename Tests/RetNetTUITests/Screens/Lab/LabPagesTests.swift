import Foundation
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Laboratory: pages")
struct LabPagesTests {
  private func lines(_ state: AppState) -> [String] {
    render(state).text.split(separator: "\n").map(String.init)
  }

  @Test("The probe's line has γ^(n−m), D_nm and R_nm by definition", arguments: [false, true])
  func entry(norm2: Bool) throws {
    var norms = NormOptions()
    norms.retention.norm2 = norm2
    let forms = LabFixtures.forms(norms: norms)
    let entry = try #require(ScoreEntry(forms, Position(row: 9, column: 5)) { "p\($0)" })
    var (power, sum) = (1.0, 0.0)
    for age in 0...9 {
      if age < 4 { power *= LabFixtures.gamma }
      sum += pow(LabFixtures.gamma, Double(age))
    }
    let factor = norm2 ? 1 / sum.squareRoot() : 1
    #expect(entry.power.map { abs($0 - power) < 1e-12 } == true)
    let product = LabFixtures.product(9, 5)
    for value in [factor * power, factor * power * product] {
      #expect(entry.forms[0].contains(CommandTable.trimmed(Numbers.signed(Float(value)))))
    }
    #expect(entry.forms[0].hasPrefix("n 9 p9  m 5 p5  γ^(n−m) = .99902^4 = 0.996"))
    #expect(entry.arithmetic[0].contains(CommandTable.trimmed(Numbers.signed(Float(product)))))
    #expect(entry.arithmetic[0].contains("r_n") == norm2)
    let later = try #require(ScoreEntry(forms, Position(row: 2, column: 3)) { "p\($0)" })
    #expect(later.power == nil)
    #expect(later.forms[0].contains("m is after n"))
  }

  @Test("The verdict names the form, side of the norm, head and token furthest over the rounding bound")
  func verdict() throws {
    var forms = LabFixtures.forms()
    #expect(FormsVerdict(forms).isWithin)
    #expect(FormsVerdict(forms).forms[0].contains("All three forms are within the rounding bound"))
    forms.differences[1].after[2][7] = 3 * forms.differences[1].afterBudget[2][7]
    forms.differences[2].before[4][1] = 2 * forms.differences[2].beforeBudget[4][1]
    let verdict = FormsVerdict(forms)
    #expect(!verdict.isWithin)
    #expect(
      verdict.forms[0]
        == "Over the rounding bound: the chunkwise form after the group norm, head 2, token 7: 3.000× the bound.")
    let chunkwise = try #require(verdict.largest(.chunkwise(length: 8), afterGroupNorm: true))
    #expect(chunkwise.head == 2)
    #expect(chunkwise.token == 7)
    #expect(abs(chunkwise.ofBudget - 3) < 1e-9)
    forms.differences[0].before[0][3] = .nan
    #expect(!FormsVerdict(forms).isWithin, "NaN is not within the bound")
  }

  @Test("A form that does not compute the chosen norms is compared only after the group norm, and the page says so")
  func notExact() {
    var norms = NormOptions()
    norms.retention.norm3 = .torchscale
    var state = LabFixtures.state(.forms, columns: 160, rows: 50, forms: LabFixtures.forms(norms: norms))
    #expect(render(state).text.contains("equal only after the group norm"))
    #expect(render(state).text.contains("Only one form computes these norms before the group norm."))
    state.lab.page = .agreement
    #expect(render(state).text.contains("only after the group norm"))
    state.lab.afterGroupNorm = true
    #expect(!render(state).text.contains("only after the group norm"))
    norms.group = .off
    state = LabFixtures.state(.agreement, columns: 160, rows: 50, forms: LabFixtures.forms(norms: norms))
    state.lab.afterGroupNorm = true
    #expect(render(state).text.contains("the group norm is off"))
  }

  @Test("A token over its bound is marked in the bars and on the map of heads")
  func over() {
    var forms = LabFixtures.forms()
    let state = LabFixtures.state(.agreement, columns: 160, rows: 50, forms: forms)
    #expect(!render(state).text.contains("!"))
    for token in 0..<25 { forms.differences[2].before[5][token] = 1 }
    let marked = LabFixtures.state(.agreement, columns: 160, rows: 50, forms: forms)
    #expect(render(marked).text.count { $0 == "!" } >= 25 + 12)
  }

  @Test("A logarithmic scale has whole decades around its values and a share per decade")
  func logScale() {
    let scale = LogScale([3e-7, 0, .nan, 2e-4])
    #expect(scale.low == -7)
    #expect(scale.high == -3)
    #expect(scale.text == "1e-7…1e-3")
    for (value, share) in [(1e-7, 0.0), (1e-5, 0.5), (1e-3, 1.0), (5.0, 1.0)] {
      #expect(abs(scale.share(value) - share) < 1e-5)
    }
    #expect(scale.share(0) == 0)
    #expect(scale.share(1e-30) > 0)
    #expect(scale.share(.nan) == 1)
    #expect(LogScale([]).high > LogScale([]).low)
    #expect(LogScale([1e-30, 1]).low == -12, "at most twelve decades")
  }

  @Test("The sentences follow the numbers: effect of ε, torchscale's divisor, same norms")
  func facts() {
    let both = NormsText(reading: LabFixtures.norms()).facts
    // Head h changes by 0.25 + h/16 before the group norm and 2e-5 (h + 1) after it.
    #expect(
      both[0]
        == "Before the group norm, the outputs change by up to 68.8%, after it by 2e-04: the group norm removes all but the effect of ε."
    )
    #expect(both[1] == "The three forms agree to 3e-07 before the group norm, to 2e-07 after it.")
    #expect(both[2] == "The top token differs at 3 of 25 positions.")
    var norms = NormOptions()
    norms.retention.norm3 = .torchscale
    #expect(
      NormsText(reading: LabFixtures.norms(norms)).facts[1]
        == "torchscale's divisor makes the forms disagree by up to 75.0% before the group norm, by 2e-07 after it.")
    norms.group = .off
    #expect(NormsText(reading: LabFixtures.norms(norms)).facts[1].contains("there is no group norm to compensate"))
    #expect(NormsText(reading: LabFixtures.norms(NormOptions())).facts[0].contains("Same norms as in training"))
    var many = LabFixtures.norms(norms)
    many.heads[0].after = 203.25
    many.agreement[0].before = 143.25
    #expect(
      NormsText(reading: many).facts[0]
        == "After the group norm, the output changes by up to 203.2× its maximum.")
    #expect(NormsText(reading: many).facts[1].contains("disagree by up to 143.2× the largest output,"))
    var large = LabFixtures.norms()
    for head in large.heads.indices { large.heads[head].after = large.heads[head].before / 2 }
    #expect(NormsText(reading: large).facts[0].contains("leaves 50.0% of it"))
  }

  @Test("The norms page marks the trained norms and names those of retnet-pytorch")
  func norms() {
    let text = render(LabFixtures.state(.norms, columns: 110, rows: 40)).text
    #expect(text.contains("trained: off"))
    #expect(text.contains("normalize_attn"))
    #expect(text.contains("normalize_retn"))
    #expect(text.contains("trained 1··│model"))
    #expect(text.contains("chosen 123│model  KL of the next token 5e-04 nat"))
    #expect(lines(LabFixtures.state(.norms)).contains { $0.contains("norm 1") && $0.contains("on trained") })
  }

  @Test("The open model's dialect is marked and stays visible in a narrow window", arguments: [40, 60, 80, 160])
  func dialects(columns: Int) {
    for dialect in Dialect.allCases {
      var state = LabFixtures.state(.dialects, columns: columns, rows: 24)
      state.model?.dialect = dialect
      #expect(render(state).text.contains("▾ \(dialect.rawValue)"))
    }
    var state = LabFixtures.state(.dialects, columns: columns, rows: 24)
    for (line, row) in LabFixtures.dialects.rows.enumerated() {
      state.lab.line = line
      #expect(lines(state).contains { $0.contains("▸") && $0.contains(row.topic) })
      #expect(render(state).text.contains(row.note.prefix(20)))
    }
    state.model?.dialect = nil
    #expect(!render(state).text.contains("▾"))
  }

  @Test("The precision page labels mistakes and marks the unit roundoff of Float32")
  func precision() {
    for columns in [40, 80, 160] {
      let lines = lines(LabFixtures.state(.precision, columns: columns, rows: 24))
      for (name, number) in [("divided", "0.875"), ("of a chunk", "1.500")] {
        let line = lines.first { $0.contains(name) && ($0.contains("mistake") || $0.contains("!")) }
        #expect(line?.contains(number) == true, "\(columns): \(lines)")
      }
      #expect(lines.contains { $0.contains("│") })
      #expect(lines.contains { $0.contains("6e-08") })
    }
  }

  @Test("The costs page shows the state's bytes and those of a Transformer's cache, for 8 heads of 32×64")
  func costs() {
    let text = render(LabFixtures.state(.costs, columns: 110, rows: 40)).text
    // 8 · (32 · 64 · 4 + 32 · 8 + 8) bytes; 8192 · 8 · (32 + 64) · 4 bytes.
    #expect(text.contains("67.6 kB"))
    #expect(text.contains("25.2 MB"))
  }

  @Test("The costs page needs no message: opening it measures")
  func costsWithoutTokens() {
    var state = Fixtures.ready()
    _ = update(&state, .key(.escape))
    #expect(update(&state, .key("C")) == [.analysis(.laboratory(.costs(layer: 0, chunkLength: 16)))])
    #expect(render(state).text.contains("takes seconds"))
  }

  @Test("An empty page says how to fill it, and what it is computing", arguments: Lab.Page.allCases)
  func empty(page: Lab.Page) {
    var state = Fixtures.ready()
    _ = update(&state, .key(.escape))
    state.view = .forms
    state.lab.page = page
    if page != .dialects, page != .costs { #expect(render(state).text.contains("Type a message")) }
    state = LabFixtures.speaking
    state.focus = .panes
    state.view = .forms
    state.lab.page = page
    if page != .dialects { #expect(render(state).text.contains("Space pauses")) }
    _ = update(&state, .key(.character(" ")))
    if page == .precision { #expect(render(state).text.contains("takes seconds")) }
    if page == .forms { #expect(render(state).text.contains("Computing")) }
    state.model = nil
    #expect(PagedView(state).text.allSatisfy { !$0.isEmpty })
  }
}
