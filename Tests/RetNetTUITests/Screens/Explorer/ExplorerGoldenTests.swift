import Testing

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

/// Whole screens, as literal grids. Half blocks show where the heatmaps are; what they show is tested beside.
@Suite("Explorer: whole screens")
struct ExplorerGoldenTests {
  @Test("80×24, every head: six layers by eight heads, each with its scale")
  func overview() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       o overview  Enter head  Enter cell  d decay  w writers  r reading ›
       Overview  state S  auto, each its own ±  pooled 16×8  −               +
       L0 0 ±1.229 1 ±1.469 2 ±1.711 3 ±1.953 4 ±2.194 5 ±2.435 6 ±2.676 7 ±2.916
          ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄
       L1 0 ±1.226 1 ±1.463 2 ±1.703 3 ±1.942 4 ±2.181 5 ±2.419 6 ±2.657 7 ±2.895
          ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄
       L2 0 ±1.190 1 ±1.432 2 ±1.681 3 ±1.930 4 ±2.178 5 ±2.426 6 ±2.673 7 ±2.920
          ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄
       L3 0 ±1.239 1 ±1.488 2 ±1.739 3 ±1.990 4 ±2.240▸5 ±2.491 6 ±2.740 7 ±2.990
          ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄│▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄
       L4 0 ±1.227 1 ±1.464 2 ±1.703 3 ±1.943 4 ±2.182 5 ±2.420 6 ±2.658 7 ±2.900
          ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄
       L5 0 ±1.184 1 ±1.419 2 ±1.662 3 ±1.905 4 ±2.148 5 ±2.389 6 ±2.631 7 ±2.872
          ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄

       Layer 3 head 5, half-life 709 tokens, norm 41.36, largest −2.491 at row 24
       column 7.

       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       Space pauses  Ctrl-C stops  Enter opens  [ ] { } choose  v mode  g goto
      """
    #expect(render(ExplorerFixtures.state(.overview)).text == expected)
  }

  @Test("80×24, one head: the whole matrix, its scale, the probe, and what is known of the head")
  func head() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       o overview  Enter head  Enter cell  d decay  w writers  r reading ›
       Head  layer 3 head 5  state S  auto ±2.491  −               +  (7,41) = −1.406
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ γ       .99902
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ half in    709
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ‖S‖      41.36
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ largest −2.491
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ at      (24,7)
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ c        24.71
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ r_n      1.000
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ divisor  1.000
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ above 1      0
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       Space pauses  Ctrl-C stops  Enter cell  hjkl x probe  v mode  Esc up  g goto
      """
    #expect(render(ExplorerFixtures.state(.head)).text == expected)
  }

  @Test("80×24, a corner of S with the arithmetic of the step")
  func cell() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       o overview  Enter head  Enter cell  d decay  w writers  r reading ›
       Cell  layer 3 head 5  S_n = γ S_n−1 + k_i v_j  γ .99902
                 v39 +0.798       v40 −0.076       v41 −0.880       v42 −0.875
       k5 −0.982 S_n −1.849       S_n −0.941       S_n −0.089       S_n −0.020
                 γ·S −1.065       γ·S −1.016       γ·S −0.953       γ·S −0.879
                 k·v −0.783       k·v +0.075       k·v +0.864       k·v +0.859
       k6 −0.690 S_n −1.778       S_n −1.117       S_n −0.490       S_n −0.409
                 γ·S −1.227       γ·S −1.170       γ·S −1.098       γ·S −1.013
                 k·v −0.551       k·v +0.052       k·v +0.608       k·v +0.604
       k7 +0.236 S_n −1.151       S_n −1.295       S_n −1.406       S_n −1.312
                 γ·S −1.339       γ·S −1.277       γ·S −1.199       γ·S −1.106
                 k·v +0.188       k·v −0.018       k·v −0.208       k·v −0.206
       k8 +0.945 S_n −0.645       S_n −1.405       S_n −2.084       S_n −1.982
                 γ·S −1.399       γ·S −1.333       γ·S −1.252       γ·S −1.155
                 k·v +0.754       k·v −0.072       k·v −0.832       k·v −0.827

       S[7,41] = γ·S + k·v = 0.99902·(−1.1999) + (+0.2358)·(−0.8801) = −1.4063
       Equal to the stored entry to the bit, fused multiply-add or not.
       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       Space pauses  Ctrl-C stops  hjkl x probe  Esc up  g goto  c strip  1 live
      """
    #expect(render(ExplorerFixtures.state(.cell)).text == expected)
  }

  @Test("80×24, how fast every head forgets")
  func decay() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       o overview  Enter head  Enter cell  d decay  w writers  r reading ›
       Decay  layer 3  γ^n is left after n tokens; filled is c (1 − γ)
             γ      to 50% to 1% to .1% filled         100% │▀▀▀▀▀▀▄▄▄··
        h0  .96875    21.8   145    218  54.8% ██▊          │  ·······▀▄··
        h1  .98438    44.0   292    439  32.5% █▋           │   · ·· ··▀▄··
        h2  .99219    88.4   587    881  17.8% ▉            │    · ··  ·▀▄ ·
        h3  .99609     177  1177   1765   9.3% ▌            │     ·  ··  █·
        h4  .99805     355  2356   3533   4.8% ▎            │       ·   · █··
       ▸h5  .99902     709  4713   7070   2.4% ▏        50% │      ·   ·  █
        h6  .99951    1419  9429  14144   1.2% ▏            │         ·  · █ ·
        h7  .99976    2839 18860  28291   0.6% ▏            │        ·  ·  █·
                                                            │       ·  ·   ▀▄ ·
                                                            │         ·  ·· █·
                                                            │        ·  ·   ▀▄ ·
                                                            │         ··  ·· █·
                                                         0% │          ······▀▄▄▄▄▄▄▄
                                                            └┴────┴───┴────┴───┴─────
                                                      tokens 1    10  100  1k  10k
       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       Space pauses  Ctrl-C stops  [ ] { } choose  g goto  c strip  1 live  ? help
      """
    #expect(render(ExplorerFixtures.state(.decay)).text == expected)
  }

  @Test("80×24 without colours: glyphs in the thumbnails, an edge at the selected one")
  func monochrome() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       o overview  Enter head  Enter cell  d decay  w writers  r reading ›
       Overview  state S  auto, each its own ±  pooled 32×8  −≡=-·░▒█+
       L0 0 ±1.229 1 ±1.469 2 ±1.711 3 ±1.953 4 ±2.194 5 ±2.435 6 ±2.676 7 ±2.916
          ███≡≡≡██ ███≡≡≡██ ███≡≡≡▒█ ██▒≡≡≡▒█ ██▒≡≡≡▒█ ██▒≡≡≡▒█ ██▒=≡≡▒█ ██▒=≡≡▒█
       L1 0 ±1.226 1 ±1.463 2 ±1.703 3 ±1.942 4 ±2.181 5 ±2.419 6 ±2.657 7 ±2.895
          █≡≡≡██≡≡ █≡≡≡█≡≡≡ ≡≡≡███=≡ ≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡
       L2 0 ±1.190 1 ±1.432 2 ±1.681 3 ±1.930 4 ±2.178 5 ±2.426 6 ±2.673 7 ±2.920
          ≡≡≡███≡≡ ≡≡≡███≡≡ ≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡
       L3 0 ±1.239 1 ±1.488 2 ±1.739 3 ±1.990 4 ±2.240▸5 ±2.491 6 ±2.740 7 ±2.990
          ≡≡≡███≡≡ ≡≡≡███=≡ ≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡│≡≡=███=≡ ≡≡=███=≡ ≡≡=███=≡
       L4 0 ±1.227 1 ±1.464 2 ±1.703 3 ±1.943 4 ±2.182 5 ±2.420 6 ±2.658 7 ±2.900
          █≡≡≡≡≡≡≡ █≡≡≡≡≡≡≡ █≡≡≡≡≡=█ ██=≡≡≡=█ ██▒≡≡≡=█ ██▒≡≡≡=█ ≡█▒≡█≡▒≡ ≡█▒≡██▒≡
       L5 0 ±1.184 1 ±1.419 2 ±1.662 3 ±1.905 4 ±2.148 5 ±2.389 6 ±2.631 7 ±2.872
          ███≡≡≡██ ███≡≡≡██ ███≡≡≡▒█ ██▒≡≡≡▒█ ██▒≡≡≡▒█ ██▒≡≡≡▒█ ██▒=≡≡▒█ ██▒=≡█▒█

       Layer 3 head 5, half-life 709 tokens, norm 41.36, largest −2.491 at row 24
       column 7.

       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       Space pauses  Ctrl-C stops  Enter opens  [ ] { } choose  v mode  g goto
      """
    #expect(render(ExplorerFixtures.state(.overview, traits: ScreenTraits(depth: .monochrome))).text == expected)
  }

  @Test("40×10 has the heads around the selected one")
  func smallOverview() {
    let expected = """
       retnet  1··│model  25 tok  1,930 tok/s
       o overview  Enter head  Enter cell ›
       S  auto  2 of 6 layers  4 of 8 heads
       L2 3 ±1.930 4 ±2.178 5 ±2.426 6 ±2.673
          ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄
       L3 3 ±1.990 4 ±2.240▸5 ±2.491 6 ±2.740
          ▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄│▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄
       L3 h5  half-life 709  ‖S‖ 41.36
       › i or Tab to type
       Space pauses  Ctrl-C stops
      """
    #expect(render(ExplorerFixtures.state(.overview, columns: 40, rows: 10)).text == expected)
  }

  @Test("40×10 has two rows of the corner and the probed entry in full")
  func smallCell() {
    let expected = """
       retnet  1··│model  25 tok  1,930 tok/s
       o overview  Enter head  Enter cell ›
       Cell  L3 h5  S_n = γ S_n−1 + k_i v_j
       k6 −0.690 −1.778 −1.117 −0.490 −0.409
       k7 +0.236 −1.151 −1.295 −1.406 −1.312
       S[7,41] = 0.99902·(−1.1999)
       + (+0.2358)·(−0.8801) = −1.4063
       Equal to the bit, fused or not.
       › i or Tab to type
       Space pauses  Ctrl-C stops
      """
    #expect(render(ExplorerFixtures.state(.cell, columns: 40, rows: 10)).text == expected)
  }

  @Test("Before the first token a page says how to fill it")
  func start() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                      0 tok
       o overview  Enter head  Enter cell  d decay  w writers  r reading ›
       Overview  state S
        S is zero before the first token: type a message and press Enter.















       weight, share no token yet: a message fills this strip

       ◂●────────────────────────────────────────────────────────────────────▸ 0 of 0
       › type a message · Enter sends
       Enter sends  Esc panes  : commands  PgUp scrolls  Ctrl-D quits
      """
    #expect(render(Self.beforeTheFirstToken).text == expected)
  }

  private static var beforeTheFirstToken: AppState {
    var state = Fixtures.ready()
    state.view = .explorer
    return state
  }
}
