import Testing

@testable import RetNet
@testable import RetNetCommands
@testable import RetNetTraining
@testable import TerminalKit

@Suite("Training display")
struct TrainingProgressTests {
  private func step(_ number: Int, loss: Double, seconds: Double) -> TrainingEvent {
    .step(
      TrainingEvent.Step(
        step: number, epoch: 0, tokens: number * 100, loss: loss, learningRate: 0.001, gradientNorm: 0.5,
        tokensPerSecond: 1234.5, seconds: seconds))
  }

  private func example() -> TrainingProgress {
    var progress = TrainingProgress(title: "retnet train · out", totalSteps: 100)
    for number in 1...10 { progress.receive(step(number, loss: Double(11 - number), seconds: Double(number) * 60)) }
    return progress
  }

  @Test("Before the first step the display says so")
  func empty() {
    #expect(
      TrainingProgress(title: "t", totalSteps: 5).lines(width: 40, height: 24) == ["t", "computing the first step"])
  }

  @Test("Step, loss, speed, rate, gradient and remaining time are above the plot, measurements below")
  func whole() {
    var progress = example()
    progress.receive(
      .validation(
        step: 10, files: [TrainingEvent.FileResult(path: "a/talk.valid.txt", bitsPerByte: 1.25)], overall: 1.25))
    progress.receive(.sample(step: 10, text: "one\ntwo\u{1B}[2J"))
    progress.receive(.checkpoint(step: 9))
    let lines = progress.lines(width: 79, height: 12)
    #expect(lines.count == 12)
    #expect(
      lines.prefix(3) == [
        "retnet train · out",
        "step 10 of 100 · epoch 1 · 0:10:00 · 1:30:00 left",
        "loss 5.500 (mean of 10) · 1234 tokens/s · learning rate 1.0e-03 · gradient 0.50",
      ])
    #expect(
      lines.suffix(3) == [
        "validation 1.250 bits per byte at step 10 · talk 1.250",
        "sample at step 10: one / two[2J",
        "checkpoint of step 9 · ctrl-c stops with a checkpoint",
      ])
  }

  @Test(
    "It never has more lines or columns than the terminal", arguments: [(1, 1), (20, 3), (40, 6), (80, 24), (300, 90)])
  func fits(size: (width: Int, height: Int)) {
    var progress = example()
    progress.receive(.sample(step: 10, text: String(repeating: "你好 ", count: 200)))
    let lines = progress.lines(width: size.width, height: size.height)
    #expect(lines.count <= size.height)
    #expect(lines.allSatisfy { TextWidth.width(of: $0) <= size.width })
  }

  @Test("A falling loss draws a falling line, scaled to the highest and lowest mean")
  func plot() {
    let falling = LossPlot((1...8).map { ($0, Double(9 - $0)) }).lines(width: 12, height: 3)
    #expect(falling == [" 8.000 │⠑⢄⠀⠀", " 1.000 │⠀⠀⠑⢄", "  step  1  8"])
    let constant = LossPlot([(1, 2.0), (2, 2.0)]).lines(width: 12, height: 3)
    #expect(constant == [" 2.000 │⠀⠀⠀⠀", " 2.000 │⠁⠀⠁⠀", "  step  1  2"])
    #expect(LossPlot([]).lines(width: 12, height: 3).isEmpty)
  }

  @Test("The plot includes earlier steps of a resumed run, the remaining time does not")
  func resumed() {
    guard case .step(let old) = step(1, loss: 5, seconds: 1000) else { return }
    var progress = TrainingProgress(title: "t", totalSteps: 4, history: [old])
    progress.receive(step(2, loss: 4, seconds: 1010))
    #expect(progress.secondsLeft == nil)
    progress.receive(step(3, loss: 3, seconds: 1020))
    #expect(progress.secondsLeft == 10)
    #expect(progress.losses.map(\.step) == [1, 2, 3])
  }

  @Test("A redraw moves up over the previous drawing and clears the rest of it")
  func redraw() {
    #expect(TrainingProgressTerminal.redraw(["a", "b"], over: 0) == "\ra\u{1B}[K\n\rb\u{1B}[K\n\u{1B}[J")
    #expect(TrainingProgressTerminal.redraw(["a"], over: 2) == "\u{1B}[2A\ra\u{1B}[K\n\u{1B}[J")
  }
}
