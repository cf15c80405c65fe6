/// The colours of the signed ramp for a theme.
///
/// In 24 bits, each side is a quadratic Bézier curve in OKLab from the background through a saturated hue to the end,
/// divided into steps of equal length: equal differences of values look equal. The ends have similar lightness, so the
/// signs have equal weight. In 256 colours, each step is the xterm colour nearest to the curve with increasing distance
/// from the background. In 16 and 8 colours, the named colours are ordered by their lightness.
struct RampColors: Sendable {
  private var theme: Theme

  init(_ theme: Theme) { self.theme = theme }

  /// The colour of zero, where both curves start. Very dark backgrounds are raised: 8-bit channels have too few values
  /// near black for equal steps.
  var origin: OKLab {
    var color = OKLab(theme.background)
    if !theme.isLight { color.lightness = max(color.lightness, 0.2) }
    // With high contrast, the first step differs clearly from zero.
    if theme.isHighContrast { color.lightness += theme.isLight ? -0.12 : 0.12 }
    return color
  }

  /// The colours of steps 1 to `Ramp.steps` in 24 bits.
  func curve(isNegative: Bool) -> [OKLab] {
    let (hue, end): (OKLab, RGB) =
      switch (theme.isLight, isNegative) {
      case (false, true): (OKLab(0.55, -0.03, -0.27), RGB(0xB8E2FF))
      case (false, false): (OKLab(0.62, 0.15, 0.15), RGB(0xFFDCA0))
      case (true, true): (OKLab(0.70, -0.05, -0.19), RGB(0x0A2060))
      case (true, false): (OKLab(0.78, 0.12, 0.14), RGB(0x5A2000))
      }
    let (start, last) = (origin, OKLab(end))
    // Lightness must change from the first step on.
    let least = start.lightness + 0.15 * (last.lightness - start.lightness)
    var control = hue
    control.lightness = theme.isLight ? min(hue.lightness, least) : max(hue.lightness, least)
    return Self.curve(from: start, through: control, to: last, steps: Ramp.steps)
  }

  /// Points 1…n of a quadratic Bézier curve at equal distances along it.
  static func curve(from start: OKLab, through control: OKLab, to end: OKLab, steps: Int) -> [OKLab] {
    let samples = (0...1024).map { index -> OKLab in
      let t = Double(index) / 1024
      return OKLab(
        (1 - t) * (1 - t) * start.vector + 2 * t * (1 - t) * control.vector + t * t * end.vector)
    }
    var lengths = [0.0]
    for (one, next) in zip(samples, samples.dropFirst()) {
      lengths.append((lengths.last ?? 0) + one.distance(to: next))
    }
    var (points, index): ([OKLab], Int) = ([], 0)
    for step in 1...steps {
      let length = (lengths.last ?? 0) * Double(step) / Double(steps)
      while index < samples.count - 2, lengths[index + 1] < length { index += 1 }
      let span = lengths[index + 1] - lengths[index]
      let share = span > 0 ? min((length - lengths[index]) / span, 1) : 0
      points.append(samples[index].mixed(with: samples[index + 1], share: share))
    }
    return points
  }

  /// The palette indices of steps 1…n of a depth with a palette.
  func indices(isNegative: Bool, depth: ColorDepth) -> [Int] {
    switch depth {
    case .monochrome, .direct: []
    case .colors8: theme.isLight ? (isNegative ? [6, 4] : [3, 1]) : isNegative ? [4, 6] : [1, 3]
    case .colors16: theme.isLight ? (isNegative ? [14, 6, 4] : [11, 3, 1]) : isNegative ? [4, 6, 14] : [1, 3, 11]
    case .colors256: xterm(isNegative: isNegative)
    }
  }

  /// The xterm colours with the smallest sum of squared distances to n equally spaced points of the curve, among all
  /// sequences of this sign's hue whose distance in lightness from the background increases.
  private func xterm(isNegative: Bool) -> [Int] {
    let count = Ramp.steps(.colors256)
    let curve = curve(isNegative: isNegative)
    let targets = (1...count).map { curve[Ramp.level(ofStep: $0, of: count) - 1] }
    let side = theme.isLight ? -1.0 : 1.0
    let hues = (16..<256).filter { index in
      let color = Palette.xterm(index)
      let (first, last) = isNegative ? (color.blue, color.red) : (color.red, color.blue)
      return first > last && first >= color.green
    }
    let beyond = hues.filter { side * (Palette.xtermLab[$0].lightness - origin.lightness) > Self.smallestStep }
    return Self.sequence(of: beyond, near: targets) ?? Self.sequence(of: hues, near: targets) ?? []
  }

  /// Smaller differences in lightness are hardly visible.
  private static let smallestStep = 0.005

  /// The sequence of palette entries with the smallest sum of squared distances to the targets, among those whose
  /// lightness rises or falls as the targets' does; nil without such a sequence.
  static func sequence(of entries: [Int], near targets: [OKLab]) -> [Int]? {
    guard let first = targets.first, let last = targets.last else { return nil }
    let side = first.lightness < last.lightness ? 1.0 : -1.0
    let candidates = entries.map { (entry: $0, color: Palette.xtermLab[$0]) }
      .sorted { side * $0.color.lightness < side * $1.color.lightness }
    func costs(_ target: OKLab) -> [Double] {
      candidates.map { candidate in
        let distance = candidate.color.distance(to: target)
        return distance * distance
      }
    }
    // The least cost of a sequence that ends with each candidate, target by target.
    var sums = costs(first)
    var origins: [[Int?]] = []
    for target in targets.dropFirst() {
      var (next, from) = (costs(target), [Int?]())
      // The best candidate of those before `end`, all of which differ enough in lightness.
      var (best, end): (Int?, Int) = (nil, 0)
      for candidate in candidates.indices {
        let lightness = candidates[candidate].color.lightness
        while end < candidate, side * (lightness - candidates[end].color.lightness) > smallestStep {
          if best.map({ sums[end] < sums[$0] }) ?? true { best = end }
          end += 1
        }
        next[candidate] += best.map { sums[$0] } ?? .infinity
        from.append(best)
      }
      sums = next
      origins.append(from)
    }
    guard var end = sums.indices.min(by: { sums[$0] < sums[$1] }), sums[end].isFinite else { return nil }
    var path = [end]
    for from in origins.reversed() {
      guard let before = from[end] else { return nil }
      path.append(before)
      end = before
    }
    return path.reversed().map { candidates[$0].entry }
  }
}
