import Lessons
import Testing

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

/// Whole screens, as literal grids: the bundled lessons' texts on moments made by hand.
@Suite("Lessons on screen: whole screens")
struct LessonGoldenTests {
  private func list(columns: Int, rows: Int) throws -> AppState {
    var state = Fixtures.ready(columns: columns, rows: rows)
    state.view = .lessons
    var shelf = LessonLibrary(lessons: try BundledLessonTests.lessons(), progress: LessonProgress())
    var first = LessonRun(shelf.lessons[0], at: 5)
    _ = first.explain(AppFacts(state))
    _ = first.next()
    shelf.progress.note(first)
    shelf.progress.note(LessonRun(shelf.lessons[3], at: 2))
    _ = update(&state, .lessons(shelf))
    return state
  }

  /// A step, from 0, of a bundled lesson whose numbers come from the explorer's moment.
  ///
  /// - Parameter page: the one beside the text; nil where it stands alone.
  private func step(_ index: Int, of name: String, _ page: Explorer.Page?, columns: Int, rows: Int) throws -> AppState {
    var state = ExplorerFixtures.state(page ?? .overview, columns: columns, rows: rows)
    let lessons = try BundledLessonTests.lessons()
    (state.classroom.lessons, state.view, state.focus) = (lessons, .lessons, .input)
    (state.settings.layer, state.settings.head, state.probe) = (0, 0, Position(row: 3, column: 4))
    state.phase = .paused
    var open = OpenLesson(LessonRun(try LessonCatalog.lesson(name, among: lessons), at: index))
    open.isPreparing = false
    open.beside = page == nil ? .lessons : .explorer
    state.lesson = open
    return state
  }

  @Test("80×24, the list: what is finished, where the others were left, what the chosen one teaches")
  func listed() throws {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                      0 tok
       Lessons
        1 The recurrence by hand                                             finished
        2 From a sum over the past to a state
        3 Decay and half-life
      ▸ 4 Parallel equals recurrent                                       step 3 of 5
        5 Chunk by chunk
        6 Positions that turn
        7 Three norms of the scores
        8 The norm that hides the others
        9 Writing and reading a memory
       10 What it cannot remember
       11 What memory costs
       12 Two mistakes about norms

       The same outputs from one product of matrices over the whole text.






       › Enter opens the chosen lesson
       ↑ ↓ choose  Enter opens  1 live  ? help
      """
    #expect(render(try list(columns: 80, rows: 24)).text == expected)
  }

  @Test("160×50, the list")
  func wideList() throws {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                                                                                                      0 tok
       Lessons
        1 The recurrence by hand                                                                                                                             finished
        2 From a sum over the past to a state
        3 Decay and half-life
      ▸ 4 Parallel equals recurrent                                                                                                                       step 3 of 5
        5 Chunk by chunk
        6 Positions that turn
        7 Three norms of the scores
        8 The norm that hides the others
        9 Writing and reading a memory
       10 What it cannot remember
       11 What memory costs
       12 Two mistakes about norms

       The same outputs from one product of matrices over the whole text.
































       › Enter opens the chosen lesson
       ↑ ↓ choose  Enter opens  1 live  ? help
      """
    #expect(render(try list(columns: 160, rows: 50)).text == expected)
  }

  @Test("80×24, a question whose page would show the answer: the text alone")
  func question() throws {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       Lesson 1 of 12  The recurrence by hand  step 4 of 6
       So −0.12611 is left of what was there, and −0.56922 is added.

       ? What is the entry now?

       Symbols: S















       › an answer, or a word such as hint
       type your answer  hint helps  why explains  quit leaves  back a step
      """
    #expect(render(try step(3, of: "recurrence", nil, columns: 80, rows: 24)).text == expected)
  }

  @Test("80×24, the same question with its answer: a rule, and the page that shows it")
  func answered() throws {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       Lesson 1 of 12  The recurrence by hand  step 4 of 6
       So −0.12611 is left of what was there, and −0.56922 is added.

       ? What is the entry now?

       Symbols: S

       The answer is −0.69532. The engine holds −0.69532, computed in Float32 by the
       same recurrence. Enter goes on.

      ────────────────────────────────────────────────────────────────────────────────
       Cell  layer 0 head 0  S_n = γ S_n−1 + k_i v_j  γ .96875
                 v2 +0.223        v3 −0.700        v4 −0.979        v5 −0.358
       k1 +0.498 +0.072           −0.391           −0.532           −0.225
       k2 +0.999 +0.146           −0.781           −1.065           −0.448
       k3 +0.581 +0.018           −0.526           −0.695           −0.339
       k4 −0.371 −0.224           +0.108           +0.203           −0.034

       S[3,4] = γ·S + k·v = 0.96875·(−0.1302) + (+0.5813)·(−0.9792) = −0.6953
       Equal to the stored entry to the bit, fused multiply-add or not.

       › an answer, or a word such as hint
       Enter goes on  hint helps  why explains  quit leaves  back a step
      """
    var state = try step(3, of: "recurrence", nil, columns: 80, rows: 24)
    _ = Fixtures.enter("why", &state)
    #expect(render(state).text == expected)
  }

  @Test("160×50, a task, and the page that belongs to it beside the text")
  func wideTask() throws {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                                                                                        25 tok  1,930 tok/s
       Lesson 1 of 12  The recurrence by hand  step 5 of 6
       Let one more token come and watch what it does to the same     │ Cell  layer 0 head 0  S_n = γ S_n−1 + k_i v_j  γ .96875
       entry.                                                         │           v2 +0.223            v3 −0.700            v4 −0.979            v5 −0.358
                                                                      │ k1 +0.498 S_n +0.072           S_n −0.391           S_n −0.532           S_n −0.225
       → Make one recurrent step. In the panes the key is →, as a     │           γ·S −0.039           γ·S −0.042           γ·S −0.044           γ·S −0.046
       command it is ':step'.                                         │           k·v +0.111           k·v −0.349           k·v −0.488           k·v −0.178
                                                                      │ k2 +0.999 S_n +0.146           S_n −0.781           S_n −1.065           S_n −0.448
       Symbols: S                                                     │           γ·S −0.077           γ·S −0.082           γ·S −0.087           γ·S −0.090
                                                                      │           k·v +0.223           k·v −0.699           k·v −0.978           k·v −0.358
                                                                      │ k3 +0.581 S_n +0.018           S_n −0.526           S_n −0.695           S_n −0.339
                                                                      │           γ·S −0.111           γ·S −0.119           γ·S −0.126           γ·S −0.131
                                                                      │           k·v +0.130           k·v −0.407           k·v −0.569           k·v −0.208
                                                                      │ k4 −0.371 S_n −0.224           S_n +0.108           S_n +0.203           S_n −0.034
                                                                      │           γ·S −0.141           γ·S −0.152           γ·S −0.160           γ·S −0.167
                                                                      │           k·v −0.083           k·v +0.259           k·v +0.363           k·v +0.133
                                                                      │
                                                                      │ S[3,4] = γ·S + k·v = 0.96875·(−0.1302) + (+0.5813)·(−0.9792) = −0.6953
                                                                      │ Equal to the stored entry to the bit, fused multiply-add or not.
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
       › an answer, or a word such as hint
       Esc panes  hint helps  why explains  quit leaves  back a step  ?S what is S  PgDn scrolls
      """
    #expect(render(try step(4, of: "recurrence", .cell, columns: 160, rows: 50)).text == expected)
  }

  @Test("80×24, a choice")
  func choice() throws {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       Lesson 2 of 12  From a sum over the past to a state  step 2 of 5
       q_n is the same in every term of the sum.

       ? Which way of writing one term lets q_n be taken out of the sum?
         a) q_n (k_mᵀ v_m)
         b) (q_n·k_m) + v_m
         c) k_m (q_nᵀ v_m)

       Symbols: S  q  k  v

      ────────────────────────────────────────────────────────────────────────────────
       Head  layer 0 head 0  state S  auto ±1.229  −               +   (3,4) = −0.695
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ pooled     2×1
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ γ       .96875
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ half in   21.8
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ‖S‖      23.34
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ largest +1.229
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ at     (24,10)
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ c        17.53
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ r_n      1.000
                                                                        divisor  1.000
       › an answer, or a word such as hint
       type your answer  hint helps  why explains  quit leaves  back a step
      """
    #expect(render(try step(1, of: "sum-to-state", .head, columns: 80, rows: 24)).text == expected)
  }

  @Test("160×50, a choice")
  func wideChoice() throws {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                                                                                        25 tok  1,930 tok/s
       Lesson 2 of 12  From a sum over the past to a state  step 2 of 5
       q_n is the same in every term of the sum.                      │ Head  layer 0 head 0  state S  auto ±1.229  −               +                  (3,4) = −0.695
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ██▎  γ       .96875
       ? Which way of writing one term lets q_n be taken out of the   │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ███▋ half in   21.8
       sum?                                                           │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ███▏ ‖S‖      23.34
         a) q_n (k_mᵀ v_m)                                            │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ██▎  largest +1.229
         b) (q_n·k_m) + v_m                                           │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ████ at     (24,10)
         c) k_m (q_nᵀ v_m)                                            │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ██▋  c        17.53
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ██▎  r_n      1.000
       Symbols: S  q  k  v                                            │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ████ divisor  1.000
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ██▏  above 1      0
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ███  Σ line   71.83
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ███▊ Σ column 20.73
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ██▍
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ███▋
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ███▎
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ██▏
                                                                      │ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ████
                                                                      │ ▆█▂▆█▃▅█▄▄█▅▃█▆▂▇▆▁▇▇▁▆▇▂▆█▃▅█▄▄█▅▃█▆▂█▆▂▇▇▁▆▇▂▆█▃▅█▄▄█▅▃█▆▂█▆▂▇
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
       › an answer, or a word such as hint
       type your answer  hint helps  why explains  quit leaves  back a step  ?S what is S  PgDn scrolls
      """
    #expect(render(try step(1, of: "sum-to-state", .head, columns: 160, rows: 50)).text == expected)
  }

  @Test("80×24, W: what the symbols mean, those of the step first")
  func symbols() throws {
    let expected = """
      ┌─ Symbols ────────────────────────────────────────────────────────────────────┐
      │ S (Eq. 6): the retention state, a matrix of d_k rows and d_v columns: S_n =  │
      │ γ S_(n−1) + k_nᵀ v_n, S_0 = 0.                                               │
      │ q (Eq. 2 and 5): the query of a token, x W_Q turned by its position: what it │
      │ looks for, d_k numbers a head.                                               │
      │ k (Eq. 2 and 5): the key of a token, x W_K turned by its position: under     │
      │ what it is stored, d_k numbers a head.                                       │
      │ v (Eq. 1 and 5): the value of a token, x W_V: what is stored, d_v numbers a  │
      │ head.                                                                        │
      │ z (this program, for norm 3 of Section 2.2): the running key z_n = γ z_(n−1) │
      │ + k_n, so that q_n·z_n is the row sum that norm 3 needs in Eq. 6 and 7.      │
      │ c (this program, for norm 2 of Section 2.2): the row sum of the decay mask,  │
      │ c_n = γ c_(n−1) + 1 = Σ_m γ^(n−m), which norm 2 needs.                       │
      │ γ (Eq. 4, its values Eq. 8): the decay of a head, between 0 and 1: what is   │
      │ left of the state after one token, γ_h = 1 − 2^(−5−h).                       │
      │ θ (Eq. 3 and 5): the angle by which xPos turns a pair of entries of q and k  │
      │ from one token to the next.                                                  │
      │ D (Eq. 5): the decay mask, D_nm = γ^(n−m) for n ≥ m and 0 for tokens that    │
      │ are still to come.                                                           │
      │ R (Section 2.2 and Eq. 7): in Section 2.2 the scores R = QKᵀ ⊙ D, one row a  │
      │ token; in Eq. 7 the state after a chunk, called S here.                      │
      │ r_n (Section 2.2): norm 2's factor of a row, 1/√(Σ_i D_ni) = 1/√c_n.         ↓
      └──────────────────────────────────────────────────────────────────────────────┘
       Esc closes · ↑ ↓ PgUp PgDn scroll
      """
    var state = try step(1, of: "sum-to-state", .head, columns: 80, rows: 24)
    state.focus = .panes
    _ = update(&state, .key(.character("W")))
    #expect(render(state).text == expected)
  }
}
