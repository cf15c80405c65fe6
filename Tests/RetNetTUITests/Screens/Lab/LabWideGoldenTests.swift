import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetTUI

/// Whole wide screens, as literal grids.
@Suite("Laboratory: whole wide screens")
struct LabWideGoldenTests {
  @Test("160×50, the three forms side by side, and how far each is from Eq. 4")
  func forms() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                                                                                        25 tok  1,930 tok/s
       T forms  G norms  D dialects  E precision  C costs
       Forms  layer 3 head 5  γ .99902  tokens 0 to 24  chunks of 8  −               +
       Parallel, Eq. 5: D                    │Parallel, Eq. 5: o = R V              │Chunkwise, Eq. 7  bars to 6.000       │Recurrent, Eq. 6
       D  0…1                                │R  auto ±2.000                        │C 8   ────────┼───────┼───────┼       │S  auto ±1.000  pooled 1×2
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │inner                                 │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │          ▂▄▆█    ▂▄▆█    ▂▄▆█        │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │      ▂▄▆█████▂▄▆█████▂▄▆█████▂       │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │cross                         █       │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │                      █▅▃▁    █       │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │              █▆▅▅▄▄▃▃█████▇▆▆█       │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │S of chunk 1  auto ±0.999  pooled 1×2 │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄             │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │
                                             │                                      │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄      │
                                             │                                      │                                      │
                                             │                                      │                                      │
                                             │                                      │                                      │
                                             │                                      │                                      │
       n 9 ▁I  m 5 ▁old  γ^(n−m) = .99902^4 = 0.996  D_nm = +0.996  R_nm = −0.798
       R_nm = D_nm · (q·k/√d_k) = +0.996 · −0.802 = −0.798
       Off Eq. 4  before the group norm, head 5  log 1e-8…1e-4  ─ rounding level                        parallel, heads 1×2 chunkwise 1×2       recurrent 1×2
       parallel   3e-06   5.0% ─────────────────────────                                                ▄▄▄▄▄▄▄▄▄▄▄▄▄       ▄▄▄▄▄▄▄▄▄▄▄▄▄       ▄▄▄▄▄▄▄▄▄▄▄▄▄
                                 ▁  ▁▁ ▁▂ ▁▂ ▁▃ ▁▃▁▁▄▂ ▄                                                ▄▄▄▄▄▄▄▄▄▄▄▄▄       ▄▄▄▄▄▄▄▄▄▄▄▄▄       ▄▄▄▄▄▄▄▄▄▄▄▄▄
                               ▅▃█▇▄██▄██▅██▆██▇██████▇█                                                ▄▄▄▄▄▄▄▄▄▄▄▄▄       ▄▄▄▄▄▄▄▄▄▄▄▄▄       ▄▄▄▄▄▄▄▄▄▄▄▄▄
                               █████████████████████████                                                ▄▄▄▄▄▄▄▄▄▄▄▄▄       ▄▄▄▄▄▄▄▄▄▄▄▄▄       ▄▄▄▄▄▄▄▄▄▄▄▄▄
       chunkwise  1e-06   2.0% ─────────────────────────
                                                 ▁  ▁  ▁
                               ▂▁▅▄▁▅▅▁▆▆▂▆▇▃▆█▄▅█▅▅█▇▄█
                               █████████████████████████
       recurrent  6e-06  10.0% ─────────────────────────
                                 ▃▂ ▃▃ ▃▄ ▃▅▁▃▅▂▃▆▃▂▆▄▂▆
                               █▆██▆██▆██▇██████████████
                               █████████████████████████
       All three forms are within the rounding level of Eq. 4 before and behind the group norm, in every head; at most 10.0% of it.
       › i or Tab to type
       ← → step  Space runs  , . < > chunk  hjkl x probe  B behind  ( ) page  ↑ ↓ chunk's S  v D or R  [ ] head  1 live  ? help
      """
    #expect(render(LabFixtures.state(.forms, columns: 160, rows: 50)).text == expected)
  }

  @Test("160×50, the norms with what they do")
  func norms() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 123│model                                                                                        25 tok  1,930 tok/s
       T forms  G norms  D dialects  E precision  C costs
       Norms  layer 3  from the next token on                                                                                                           Space changes
        norm 1  q·k ÷ √d_k               on trained     head before behind factors             each switch alone    before behind mean KL forms before forms behind
       ▸norm 2  D ÷ √ΣD                  on trained off  h0   0.250  2e-05 0.125…0.500         norm 1 off            0.000  0.000   0.000        3e-07        2e-07
        norm 3  R ÷ max(|ΣR|,1)       paper trained off  h1   0.312  4e-05 0.125…0.531         norm 2 on             0.125  1e-05   3e-04        3e-07        2e-07
        group norm                    model trained      h2   0.375  6e-05 0.125…0.562         norm 3 paper          0.250  4e-05   6e-04        3e-07        2e-07
        its ε                   the model's trained      h3   0.438  8e-05 0.125…0.594         norm 3 torchscale     0.375  9e-05   9e-04        0.750        2e-07
       next token  ▁home → ▁back                         h4   0.500  1e-04 0.125…0.625         group norm off        0.500  2e-04   0.001        3e-07            –
       KL          3e-04 nat, mean 8e-04 nat            ▸h5   0.562  1e-04 0.125…0.656         group norm rms        0.625  3e-04   0.001        3e-07        2e-07
       best token  another behind 3 of 25 tokens         h6   0.625  1e-04 0.125…0.688         group norm layer      0.750  4e-04   0.002        3e-07        2e-07
       recurrent   off parallel 3e-07, 2e-07 behind      h7   0.688  2e-04 0.125…0.719         ε 0.1                 0.875  5e-04   0.002        3e-07        2e-07
       chunkwise   off parallel 2e-07, 1e-07 behind
       Before the group norm the outputs change by up to 68.8%, behind it by 2e-04: the group norm leaves only ε's share.
       norm 2 is retnet-pytorch's normalize_attn, norm 3 its normalize_retn.

































       › i or Tab to type
       ← → step  Space changes  ↑ ↓ choose  { } layer  Enter changes  ( ) page  1 live  ? help
      """
    #expect(render(LabFixtures.state(.norms, columns: 160, rows: 50)).text == expected)
  }

  @Test("160×50, what implementations do differently")
  func dialects() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                                                                                        25 tok  1,930 tok/s
       T forms  G norms  D dialects  E precision  C costs
       Dialects                                                                                                                                   ▾ fla: this model's
                  paper                               torchscale                          ▾ fla                               msr
       rotation   xPos, pairs not stated              neighbours (0,1), (2,3), θ =        half-split, θ_i = 10000^(−2i/d)     as torchscale
                                                      10000^(−linspace)
      ▸group norm per head                            RMS, no weight                      RMS, weight                         LayerNorm
       norm 3     max(|ΣR|, 1)                        clamp(Σ|R|, 1, 5e4)                 none                                option






































      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       A weight scales each head's output.
       › i or Tab to type
       ← → step  Space runs  ↑ ↓ choose  ( ) page  1 live  ? help
      """
    #expect(render(LabFixtures.state(.dialects, columns: 160, rows: 50)).text == expected)
  }

  @Test("160×50, errors over very many tokens")
  func precision() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                                                                                        25 tok  1,930 tok/s
       T forms  G norms  D dialects  E precision  C costs
       Precision  layer 3 head 5  γ .99902  max |ô − o| ÷ max |o|  log 1e-8…1e1
                                      1,000 tokens                              10,000 tokens                             100,000 tokens
       recurrent, S in Float32        3e-07 ███│█▊                              4e-07 ███│██▎                             5e-07 ███│██▋
         Eq. 6 token by token
       chunkwise, S in Float32        2e-07 ███│█                               2e-07 ███│█▍                              3e-07 ███│█▊
         Eq. 7 chunk by chunk
       recurrent, S in bfloat16       0.002 ███│████████████████▋               0.013 ███│███████████████████▊            0.025 ███│████████████████████▉
         Eq. 6, S rounded to bfloat16 after each token
       mistake: S kept divided        0.500 ███│██████████████████████████      0.750 ███│██████████████████████████▋     0.875 ███│██████████████████████████▉
         S is kept divided by norm 3's divisor, and the next token goes on from that
       mistake: row sum of a chunk    0.250 ███│████████████████████████▊       0.375 ███│█████████████████████████▌      1.500 ███│███████████████████████████▊
         the chunkwise form's divisor takes the row sum of the chunk alone, not of the whole past
       │ is the unit roundoff of Float32, 6e-08. Norm 3: paper; chunks have 16 tokens; the session's tokens over and over, each at its own position.

































       › i or Tab to type
       ← → step  Space runs  [ ] { } choose  ( ) page  1 live  ? help
      """
    #expect(render(LabFixtures.state(.precision, columns: 160, rows: 50)).text == expected)
  }

  @Test("160×50, operations, memory and time of each form")
  func costs() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                                                                                        25 tok  1,930 tok/s
       T forms  G norms  D dialects  E precision  C costs
       Costs  layer 3: 8 heads, S [32×64]  chunks of 16
        tokens form     operations, log 1e6…1e11                       memory, log 1e4…1e10                           time, log 1e-5…1e0
          128 parallel    12.6 M ███████▉                              524.3 kB ██████████▍                            32.8 µs ███▊
      ▸       chunkwise   10.0 M ███████▎                               73.7 kB █████▎                                 38.4 µs ████▎
              recurrent    8.4 M ██████▋                                65.5 kB ████▉                                 128.0 µs ████████
          512 parallel   201.3 M ████████████████▋                       8.4 MB █████████████████▌                    524.3 µs ████████████▍
              chunkwise   39.8 M ███████████▌                           73.7 kB █████▎                                153.6 µs ████████▌
              recurrent   33.6 M ███████████                            65.5 kB ████▉                                 512.0 µs ████████████▎
        2,048 parallel     3.2 G █████████████████████████▎            134.2 MB ████████████████████████▊              8.39 ms █████████████████████
              chunkwise  159.4 M ███████████████▉                       73.7 kB █████▎                                614.4 µs ████████████▉
              recurrent  134.2 M ███████████████▍                       65.5 kB ████▉                                  2.05 ms ████████████████▋
        8,192 parallel    51.5 G █████████████████████████████████▉     2.15 GB ████████████████████████████████     134.22 ms █████████████████████████████▊
              chunkwise  637.5 M ████████████████████▎                  73.7 kB █████▎                                 2.46 ms █████████████████▎
              recurrent  536.9 M ███████████████████▋                   65.5 kB ████▉                                  8.19 ms █████████████████████
       The state of 8 heads takes 67.6 kB at any length; the keys and values of a Transformer's layer of the same widths take, at 128: 393.2 kB, 512: 1.6 MB, 2,048:
       6.3 MB, 8,192: 25.2 MB.






























       › i or Tab to type
       ← → step  Space runs  ↑ ↓ choose  , . < > chunk  { } layer  ( ) page  1 live  ? help
      """
    #expect(render(LabFixtures.state(.costs, columns: 160, rows: 50)).text == expected)
  }
}
