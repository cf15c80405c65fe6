@testable import TerminalKit

/// Screens as one SVG document that shows one after the other, without scripts. Rows that stay the same are drawn once.
///
/// Where animations are off, the last screen is shown.
struct AnimatedPicture {
  struct Frame {
    var grid: Grid
    var seconds: Double
  }

  var frames: [Frame]
  var theme: Theme

  var svg: String {
    let pictures = frames.map { $0.grid.svgParts(depth: .direct, theme: theme) }
    guard let last = pictures.last else { return "" }
    // The rows of each set of frames, in the order of their first frames.
    var order: [[Int]] = []
    var lines: [[Int]: [String]] = [:]
    for row in last.rows.indices {
      for (content, frames) in Dictionary(grouping: frames.indices, by: { pictures[$0].rows[row] }) {
        if lines[frames] == nil { order.append(frames) }
        lines[frames, default: []] += content
      }
    }
    order.sort { $0.lexicographicallyPrecedes($1) }
    let changing = order.filter { $0.count < frames.count }
    var document = last.head
    document.insert(contentsOf: style(changing), at: 1)
    for frames in order {
      let isStatic = frames.count == self.frames.count
      let isLast = frames.last == self.frames.count - 1
      document.append(isStatic ? "<g>" : "<g class=\"f \(name(frames))\"\(isLast ? "" : " visibility=\"hidden\"")>")
      document += (lines[frames] ?? []) + ["</g>"]
    }
    return (document + last.tail).joined(separator: "\n")
  }

  /// The name of the animation that shows these frames: `f2-3`.
  private func name(_ frames: [Int]) -> String { "f" + frames.map(String.init).joined(separator: "-") }

  private func style(_ sets: [[Int]]) -> [String] {
    let total = frames.reduce(0) { $0 + $1.seconds }
    var starts = [0.0]
    for frame in frames { starts.append((starts.last ?? 0) + frame.seconds) }
    let rules = sets.map { set in
      let steps = frames.indices.filter { $0 == 0 || set.contains($0) != set.contains($0 - 1) }.map { frame in
        "\(percent(starts[frame] / total)){visibility:\(set.contains(frame) ? "visible" : "hidden")}"
      }
      return ".\(name(set)){animation-name:\(name(set))}@keyframes \(name(set)){\(steps.joined())}"
    }
    return ["<style>", ".f{animation:\(number(total))s step-end infinite}"] + rules
      + ["@media (prefers-reduced-motion:reduce){.f{animation:none}}", "</style>"]
  }

  private func percent(_ share: Double) -> String { number(100 * share) + "%" }

  /// Three decimals, with a point in any locale.
  private func number(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let fraction = String(thousandths % 1000 + 1000).dropFirst()
    return "\(thousandths / 1000).\(fraction)"
  }
}
