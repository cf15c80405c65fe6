import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// Whole screens, as literal grids. Half blocks show where the heatmap is; what they show is tested beside.
@Suite("Whole screens")
struct GoldenScreenTests {
  @Test("80×24 before the first message says how to begin")
  func start() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                      0 tok
       Conversation                                   │ Decay  layer 0  half-life tok
            Type a message and press Enter. The model │ ▸h0  γ .96875 ▇▇         21.8
            reads it token by token, then answers;    │  h1  γ .98438 ▇▇▇        44.0
            the panes show its memory after each      │  h2  γ .99219 ▇▇▇▇       88.4
            token. Esc, then ? lists the keys.        │  h3  γ .99609 ▇▇▇▇▇       177
                                                      │  h4  γ .99805 ▇▇▇▇▇▇      355
                                                      │  h5  γ .99902 ▇▇▇▇▇▇▇     709
                                                      │  h6  γ .99951 ▇▇▇▇▇▇▇▇   1419
                                                      │  h7  γ .99976 ▇▇▇▇▇▇▇▇▇  2839
                                                      │
       Tokens none yet: a message fills this strip
       weight
       State  layer 0 head 0  S [32×64]
        S is zero before the first token.







       › type a message · Enter sends
       Enter sends  Esc panes  : commands  PgUp scrolls  Ctrl-D quits
      """
    #expect(render(Fixtures.ready()).text == expected)
  }

  @Test("80×24 while the model speaks: strip, decay, state, all of one moment")
  func speaking() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       Conversation                                   │ Decay  layer 3  half-life tok
       you  Do you like old films?                    │  h0  γ .96875 ▇▇         21.8
       bot  Yes, I love them. I saw one last week     │  h1  γ .98438 ▇▇▇        44.0
            about a dog who finds his way home█       │  h2  γ .99219 ▇▇▇▇       88.4
                                                      │  h3  γ .99609 ▇▇▇▇▇       177
                                                      │  h4  γ .99805 ▇▇▇▇▇▇      355
                                                      │ ▸h5  γ .99902 ▇▇▇▇▇▇▇     709
                                                      │  h6  γ .99951 ▇▇▇▇▇▇▇▇   1419
                                                      │  h7  γ .99976 ▇▇▇▇▇▇▇▇▇  2839
                                                      │ r_n 1.000  ÷ 1.000  ‖S‖ 34.88
       Tokens   ▁I ▁saw ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       weight   ▄▄ ▁▁▁▁ ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       State  layer 3 head 5  S [32×64]  auto ±1.498  −        +      (7,41) = −1.117
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ pooled 2×1
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ largest
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ +1.498
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ at (24,35)
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ‖S‖ 34.88
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ s scale
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ hjkl x probe
       › type a message · Enter sends
       Space pauses  Ctrl-C stops  Esc panes  : commands  PgUp scrolls
      """
    #expect(render(Fixtures.speaking()).text == expected)
  }

  @Test("80×24 without colours: glyphs for the state and for brightness")
  func monochrome() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       Conversation                                   │ Decay  layer 3  half-life tok
       you  Do you like old films?                    │  h0  γ .96875 ░░         21.8
       bot  Yes, I love them. I saw one last week     │  h1  γ .98438 ▒▒▒        44.0
            about a dog who finds his way home█       │  h2  γ .99219 ▒▒▒▒       88.4
                                                      │  h3  γ .99609 ▓▓▓▓▓       177
                                                      │  h4  γ .99805 ▓▓▓▓▓▓      355
                                                      │ ▸h5  γ .99902 ▓▓▓▓▓▓▓     709
                                                      │  h6  γ .99951 ████████   1419
                                                      │  h7  γ .99976 █████████  2839
                                                      │ r_n 1.000  ÷ 1.000  ‖S‖ 34.88
       Tokens   ▁I ▁saw ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       weight   ▄▄ ▁▁▁▁ ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       State  layer 3 head 5  S [32×64]  auto ±1.498  −≡=-·░▒█+       (7,41) = −1.117
       ░░░░░░░░░░░░░░░░░░░░···-------------------------···░░░░░░░░░░░░░ pooled 4×1
       ▒▒███████████▒▒▒░░░░░·----====≡≡≡≡≡≡≡≡≡≡≡X===----·░░░░░▒▒▒██████ largest
       ▒████████████▒▒▒▒░░░░·----===≡≡≡≡≡≡≡≡≡≡≡≡====----·░░░░▒▒▒▒██████ +1.498
       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░··------===============------·░░░░░░▒▒▒▒▒▒▒▒ at (24,35)
       --------------------···░░░░░░░░░░░░░░░░░░░░░░░░░···------------- ‖S‖ 34.88
       ==≡≡≡≡≡≡≡≡≡≡≡===-----·░░░░▒▒▒▒███████████▒▒▒▒░░░░·----====≡≡≡≡≡≡
       =≡≡≡≡≡≡≡≡≡≡≡≡====----·░░░░▒▒▒████████████▒▒▒▒░░░░·----====≡≡≡≡≡≡ s scale
       ===============-----··░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░·------======== hjkl x probe
       › type a message · Enter sends
       Space pauses  Ctrl-C stops  Esc panes  : commands  PgUp scrolls
      """
    #expect(render(Fixtures.speaking(traits: ScreenTraits(depth: .monochrome))).text == expected)
  }

  @Test("40×10 keeps conversation and state")
  func small() {
    let expected = """
       retnet  1··│model  25 tok  1,930 tok/s
       Conversation
            week about a dog who finds his
            way home█
       L3 h5 auto ±1.498 6×2    (7,41) −1.117
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       › type a message · Enter sends
       Space pauses  Ctrl-C stops  Esc panes
      """
    #expect(render(Fixtures.speaking(columns: 40, rows: 10)).text == expected)
  }

  @Test("The norms panel leaves decay and state in sight; the message goes back to be read again")
  func norms() {
    var state = Fixtures.speaking()
    _ = update(&state, .key(.character(" ")))
    _ = update(&state, .wentBack(Fixtures.conversation()[4]))
    _ = update(&state, .key(.escape))
    for key in "n33" { _ = update(&state, .key(.character(key))) }
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1·T│model         5 tok  1,930 tok/s
      ┌─ Norms, from the next token on ────────────┐  │ Decay  layer 3  half-life tok
      │▸1  norm 1  q·k ÷ √d_k                   on │  │  h0  γ .96875 ▇▇         21.8
      │ 2  norm 2  D ÷ √ΣD                     off │  │  h1  γ .98438 ▇▇▇        44.0
      │ 3  norm 3  R ÷ max(|ΣR|,1)      torchscale │  │  h2  γ .99219 ▇▇▇▇       88.4
      │ g  group norm                        model │  │  h3  γ .99609 ▇▇▇▇▇       177
      │ e  its ε                       the model's │  │  h4  γ .99805 ▇▇▇▇▇▇      355
      │ torchscale's norm 3 has no finite state:   │  │ ▸h5  γ .99902 ▇▇▇▇▇▇▇     709
      │ step by step its divisor is left out.      │  │  h6  γ .99951 ▇▇▇▇▇▇▇▇   1419
      └────────────────────────────────────────────┘  │  h7  γ .99976 ▇▇▇▇▇▇▇▇▇  2839
                                                      │ r_n 1.000  ÷ 1.000  ‖S‖ 33.74
       Tokens <s> <|user|> ▁Do ▁you [▁like]
       weight ███ ▄▄▄▄▄▄▄▄ ▁▁▁ ▆▆▆▆  █████
       State  layer 3 head 5  S [32×64]  auto ±1.498  −        +      (7,41) = −0.344
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ pooled 2×1
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ largest
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ +1.498
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ at (24,53)
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ‖S‖ 33.74
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ s scale
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ hjkl x probe
       › i or Tab to type
       torchscale's norm 3 has no finite state: step by step its divisor is left out.
      """
    #expect(render(state).text == expected)
  }

  @Test("160×50 has candidates, thumbnails, and the whole state")
  func wide() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model                                                                                        25 tok  1,930 tok/s
       Conversation                                                                                              │ Decay  layer 3     half-life tok   ‖S‖   r_n     ÷
       you  Do you like old films?                                                                               │  h0  γ .96875 ▇▇▇           21.8 5.814 1.000 1.000
       bot  Yes, I love them. I saw one last week about a dog who finds his way home█                            │  h1  γ .98438 ▇▇▇▇          44.0 11.63 1.000 1.000
                                                                                                                 │  h2  γ .99219 ▇▇▇▇▇▇        88.4 17.44 1.000 1.000
                                                                                                                 │  h3  γ .99609 ▇▇▇▇▇▇▇        177 23.26 1.000 1.000
                                                                                                                 │  h4  γ .99805 ▇▇▇▇▇▇▇▇       355 29.07 1.000 1.000
                                                                                                                 │ ▸h5  γ .99902 ▇▇▇▇▇▇▇▇▇      709 34.88 1.000 1.000
                                                                                                                 │  h6  γ .99951 ▇▇▇▇▇▇▇▇▇▇▇   1419 40.70 1.000 1.000
                                                                                                                 │  h7  γ .99976 ▇▇▇▇▇▇▇▇▇▇▇▇  2839 46.51 1.000 1.000
                                                                                                                 │
                                                                                                                 │ Next token                       entropy 2.250 nat
                                                                                                                 │ ▁home          50.0% ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
                                                                                                                 │ ▁back          25.0% ▇▇▇▇▇▇▇
                                                                                                                 │ .               6.2% ▇▇
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
       Tokens <s> <|user|> ▁Do ▁you ▁like ▁old ▁films? <|bot|> ▁Yes, ▁I ▁love ▁them. ▁I ▁saw ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       weight ▄▄▄ ▇▇▇▇▇▇▇▇ ▇▇▇ ▄▄▄▄ ▁▁▁▁▁ ▆▆▆▆ ███████ ▆▆▆▆▆▆▆ ▁▁▁▁▁ ▄▄ ▇▇▇▇▇ ▇▇▇▇▇▇ ▄▄ ▁▁▁▁ ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       State  layer 3 head 5  S [32×64]  auto ±1.498  −        +      (7,41) = −1.117  Layers, head 5  pooled 3×3
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ largest         0  ±1.499              1  ±1.499              2  ±1.498
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ +1.498         ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ at (24,35)     ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ‖S‖ 34.88      ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ s scale        ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ hjkl x probe   ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                ▸3  ±1.498              4  ±1.498              5  ±1.500
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       › type a message · Enter sends
       Space pauses  Ctrl-C stops  Esc panes  : commands  PgUp scrolls
      """
    #expect(render(Fixtures.speaking(columns: 160, rows: 50)).text == expected)
  }

  @Test("A command line shows a hint, then its error")
  func command() {
    var state = Fixtures.ready()
    Fixtures.type(":t", &state)
    #expect(
      render(state).line(23).hasPrefix(" :temperature 0–10  sharper below 1, wilder above; 0 takes the best token "))
    _ = update(&state, .key(.enter))
    #expect(render(state).line(23).hasPrefix(" :temperature needs a number from 0 to 10. "))
  }

  @Test("A window that is too small says how much is needed")
  func tooSmall() {
    #expect(render(Fixtures.speaking(columns: 20, rows: 5)).text == "\n\n   at least 40×10\n\n")
    #expect(render(Fixtures.speaking(columns: 3, rows: 1)).text == "at")
    #expect(render(Fixtures.speaking(columns: 0, rows: 0)).text == "")
  }
}
