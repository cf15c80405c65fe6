/// Brightness of text in 24 bits and 256 colours.
extension Theme {
  /// A colour of text: the default text at share 1, and towards the background with a lower share, but always readable.
  package func shade(_ share: Double) -> Color {
    let mixed = OKLab(background).mixed(with: OKLab(foreground), share: 0.4 + 0.6 * min(max(share, 0), 1))
    let color = mixed.readable(on: background, ratio: 3)
    return .rgb(color.red, color.green, color.blue)
  }
}
