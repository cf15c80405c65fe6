import Testing

@testable import RetNetTUI

/// The pages of lists as literal grids; the numbers on them are tested beside.
@Suite("Explorer: lists at 80×24")
struct ExplorerListGoldenTests {
  @Test("writers: who wrote an entry, and where a token lives")
  func writers() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       o overview  Enter head  Enter cell  d decay  w writers  r reading ›
       Writers  layer 3 head 5  S(7,41) = −1.406  sum +1.930 rest −3.336
        token   k·v·γ^age share                │ Token 17: share of ‖S‖
        4     +0.892  9.3%  ▁like         −20  │      h0  h1  h2  h3  h4  h5  h6  h7
       ▸17    +0.847  8.8%  ▁about        −7   │ L0  78% 80% 76% 68% 61% 55% 49% 44%
        3     +0.810  8.4%  ▁you          −21  │ L1  78% 80% 75% 68% 61% 54% 48% 44%
        16    +0.766  8.0%  ▁week         −8   │ L2  78% 80% 75% 68% 61% 54% 48% 44%
        13    −0.726  7.5%  ▁saw          −11  │ L3  78% 80% 76% 68% 61% 55% 49% 44%
        7     −0.597  6.2%  <|bot|>       −17  │ L4  78% 80% 75% 68% 61% 54% 49% 44%
        12    −0.545  5.7%  ▁I            −12  │ L5  78% 80% 75% 68% 60% 54% 48% 43%
        8     −0.541  5.6%  ▁Yes,         −16  │
        18    +0.482  5.0%  ▁a            −6   │
        5     +0.465  4.8%  ▁old          −19  │
        14    −0.428  4.4%  ▁one          −10  │
        22    +0.420  4.4%  ▁his          −2   │
        2     +0.350  3.6%  ▁Do           −22  │
        23    +0.312  3.2%  ▁way          −1   │
        15    +0.217  2.3%  ▁last         −9   │
       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       ← → step  Space runs  Enter row  ↑ ↓ token  hjkl x probe  g goto  c strip
      """
    #expect(render(ExplorerFixtures.filled(.writers)).text == expected)
  }

  @Test("reading: what the present token reads")
  func reading() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       o overview  Enter head  Enter cell  d decay  w writers  r reading ›
       Reading  layer 3 head 5  a = f γ^age q·k  f 0.177
        token       a  share  mean
        24    +2.817  6.2%  6.7% ▁home          █████████████████████████████████
       ▸15    +2.793  6.1%  6.2% ▁last          ████████████████████████████████▊
        6     +2.768  6.1%  5.8% ▁films?        ████████████████████████████████▍
        19    −2.645  5.8%  6.1% ▁dog           ███████████████████████████████
        20    −2.625  5.8%  6.1% ▁who           ██████████████████████████████▊
        11    −2.618  5.8%  5.7% ▁them.         ██████████████████████████████▋
        2     −2.611  5.7%  5.4% ▁Do            ██████████████████████████████▋
        10    −2.606  5.7%  5.6% ▁love          ██████████████████████████████▌
        1     −2.567  5.6%  5.2% <|user|>       ██████████████████████████████▏
        23    +2.189  4.8%  5.2% ▁way           █████████████████████████▋
        7     +2.143  4.7%  4.5% <|bot|>        █████████████████████████▏
        14    +2.140  4.7%  4.7% ▁one           █████████████████████████▏
        16    +2.132  4.7%  4.8% ▁week          █████████████████████████
        5     +2.091  4.6%  4.4% ▁old           ████████████████████████▌
        3     −1.426  3.1%  2.9% ▁you           ████████████████▊
       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       ← → step  Space runs  ↑ ↓ token  hjkl x probe  [ ] { } head  g goto  c strip
      """
    #expect(render(ExplorerFixtures.filled(.reading)).text == expected)
  }

  @Test("prediction: stages and lens")
  func prediction() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       ‹ Enter head  Enter cell  d decay  w writers  r reading  p prediction ›
       Prediction  entropy 2.250 nat  this token's surprise 1.500 nat     Enter picks
                          model penalty    temp   min-p   top-k   top-p
        1  ▁home          50.0%   50.0%   62.5%   68.8%   68.8%   75.0%
       ▸2  ▁back          25.0%   25.0%   25.0%   25.0%   25.0%   25.0%
        3  .               6.2%    6.2%    3.1%    3.1%    6.2%       ·
       kept                4096    4093    4093     200      40       2



       Lens: what each layer would say; rank of ▁home
        L0    #41 5.000 nat  ▁way 12.5% ▁back 6.2%
        L1     #3 4.500 nat  ▁way 25.0% ▁back 6.2%
        L2     #1 4.000 nat  ▁home 37.5% ▁back 6.2%
       ▸L3     #1 3.500 nat  ▁home 50.0% ▁back 6.2%
        L4     #1 3.000 nat  ▁home 62.5% ▁back 6.2%
        L5     #1 2.500 nat  ▁home 75.0% ▁back 6.2%

       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       ← → step  Space runs  ↑ ↓ choose  Enter picks  g goto  c strip  1 live  ? help
      """
    #expect(render(ExplorerFixtures.filled(.prediction)).text == expected)
  }

  @Test("statistics: every head of a layer over time")
  func statistics() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       ‹ Enter cell  d decay  w writers  r reading  p prediction  t statistics ›
       Statistics  layer 3  tokens 1 to 25  a column is 3 tokens, their largest
              ‖S‖              rank            filled               ‖o‖
        h0  25.00 ▁▂▃▄▅▆▇██   1.000 █████████   54.8% ▁▃▄▅▆▆▇██   11.00 █▇▇▅█▇▆▅█
        h1  50.00 ▁▂▃▄▅▆▇██   1.375 ▆▇█▇█▆█▆▆   32.5% ▁▂▃▄▅▆▇██   11.00 █▇▇▅█▇▆▅█
        h2  75.00 ▁▂▃▄▅▆▇██   1.750 ▅▇█▆█▆█▅▆   17.8% ▁▂▃▄▅▆▇██   11.00 █▇▇▅█▇▆▅█
        h3  100.0 ▁▂▃▄▅▆▇██   2.125 ▄▇█▆█▅█▄▅    9.3% ▁▂▃▄▅▆▇██   11.00 █▇▇▅█▇▆▅█
        h4  125.0 ▁▂▃▄▅▆▇██   2.500 ▄▇█▆█▅█▄▅    4.8% ▁▂▃▄▅▆▇██   11.00 █▇▇▅█▇▆▅█
       ▸h5  150.0 ▁▂▃▄▅▆▇██   2.875 ▄▇█▆█▅█▄▅    2.4% ▁▂▃▄▅▆▇██   11.00 █▇▇▅█▇▆▅█
        h6  175.0 ▁▂▃▄▅▆▇██   3.250 ▄▇█▆█▅█▄▅    1.2% ▁▂▃▄▅▆▇██   11.00 █▇▇▅█▇▆▅█
        h7  200.0 ▁▂▃▄▅▆▇██   3.625 ▄▇█▆█▅█▄▅    0.6% ▁▂▃▄▅▆▇██   11.00 █▇▇▅█▇▆▅█







       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       ← → step  Space runs  [ ] { } choose  g goto  c strip  1 live  ? help
      """
    #expect(render(ExplorerFixtures.filled(.statistics)).text == expected)
  }

  @Test("experiments: what is in force")
  func experiments() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       ‹ d decay  w writers  r reading  p prediction  t statistics  e experiments ›
       Experiments  for layer 3 head 5                                     2 in force
        1  layer 1 head 2 off  since token 4
       ▸2  layer 3 head 5 emptied  from the next token on   u takes it back

        0              the selected head off, or on again
        f              its state frozen, or no longer
        z              it forgets everything
        y P            take a head's state, put it into another head
        :gamma X       another decay
        :head-scale X  times what it adds
        n              norms
        u              takes the last experiment back





       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       ← → step  Space runs  0 f z y P do  u takes back  g goto  c strip  1 live
      """
    #expect(render(ExplorerFixtures.filled(.experiments)).text == expected)
  }

  @Test("branches: ways and breakpoints")
  func branches() {
    let expected = """
       retnet  tiny · 6 layers × 8 heads · norms 1··│model        25 tok  1,930 tok/s
       ‹ w writers  r reading  p prediction  t statistics  e experiments  b branches
       Branches  2                                  Enter goes on with the chosen one
        0   start      to 40     here  Yes
       ▸1   from 12    to 30     No

       Breakpoints
        entropy above 4 nat
        a token that contains 'home'










       weight, share    ▁one ▁last ▁week ▁about ▁a ▁dog ▁who ▁finds ▁his ▁way [▁home]
       full 6.2%        ▆▆▆▆ █████ ▆▆▆▆▆ ▁▁▁▁▁▁ ▄▄ ████ ▇▇▇▇ ▄▄▄▄▄▄ ▂▂▂▂ ▆▆▆▆  █████
       ◂────────────────────┴────────────────────●─────────────────────────▸ 25 of 40
       › i or Tab to type
       ← → step  Space runs  ↑ ↓ choose  Enter goes there  g goto  c strip  1 live
      """
    #expect(render(ExplorerFixtures.filled(.branches)).text == expected)
  }
}
