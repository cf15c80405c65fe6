import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a picture shows, read from its document: words with their places, and colours at three points of each cell.
struct PictureContent {
  struct Word: Hashable {
    var x: String
    var y: String
    var text: String
    var fill: String

    /// With `#` in place of each number, as the last digits depend on the processor.
    var masked: Word {
      Word(x: x, y: y, text: text.replacing(/[+−-]?[0-9][0-9.,]*(e[−-]?[0-9]+)?/, with: "#"), fill: fill)
    }
  }

  struct Frame: Hashable {
    var words: [Word] = []
    /// Red, green and blue of 0 to 255, in the middle of a cell's width, at a quarter, a half and three quarters of its
    /// height.
    var colors: [[Double]]
  }

  let columns: Int
  let rows: Int
  let frames: [Frame]
  /// The time of all frames; nil for a picture without motion.
  let seconds: String?

  /// - Returns: nil if the document is no picture of a grid.
  init?(_ document: String) {
    let reader = Reader(
      frameCount: (document.matches(of: /f([0-9-]+)\{animation-name/).flatMap { match in
        match.output.1.split(separator: "-").compactMap { Int($0) }
      }.max() ?? 0) + 1)
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = reader
    guard parser.parse(), reader.columns > 0 else { return nil }
    (columns, rows) = (reader.columns, reader.rows)
    frames = reader.frames.map { frame in
      var frame = frame
      frame.words.sort { ($0.y, $0.x, $0.text) < ($1.y, $1.x, $1.text) }
      return frame
    }
    seconds = document.firstMatch(of: /\.f\{animation:([0-9.]+)s/).map { String($0.output.1) }
  }

  /// Says where another picture differs. Nil if the two are alike: the same words but for numbers, and colours within
  /// two of the 64 steps of the signed scale.
  func difference(from other: PictureContent) -> String? {
    guard (columns, rows, frames.count, seconds) == (other.columns, other.rows, other.frames.count, other.seconds)
    else {
      return "size, frames or time differ: \(columns)×\(rows), \(frames.count), \(seconds ?? "none"), expected "
        + "\(other.columns)×\(other.rows), \(other.frames.count), \(other.seconds ?? "none")"
    }
    for (index, (frame, expected)) in zip(frames, other.frames).enumerated() {
      let (found, wanted) = (frame.words.map(\.masked), expected.words.map(\.masked))
      if found != wanted {
        let place = zip(found, wanted).prefix { $0 == $1 }.count
        return "frame \(index), word \(place): found \(frame.words.dropFirst(place).first.map { "\($0)" } ?? "none"), "
          + "expected \(expected.words.dropFirst(place).first.map { "\($0)" } ?? "none")"
      }
      let distances = zip(frame.colors, expected.colors).map { zip($0, $1).map { abs($0 - $1) }.max() ?? 0 }
      // A step changes a channel by 8 at most.
      if let place = distances.firstIndex(where: { $0 > 16 }) {
        return "frame \(index), row \(place / 3 / columns), column \(place / 3 % columns): colour "
          + "\(frame.colors[place]), expected \(expected.colors[place])"
      }
    }
    return nil
  }

  private final class Reader: NSObject, XMLParserDelegate {
    private(set) var (columns, rows) = (0, 0)
    private(set) var frames: [Frame]
    private let frameCount: Int
    private var shown: [[Int]] = []
    private var word: Word?

    init(frameCount: Int) {
      self.frameCount = frameCount
      frames = Array(repeating: Frame(colors: []), count: frameCount)
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? 0 }
      switch name {
      case "svg":
        (columns, rows) = (Int(number("width") / 10), Int(number("height") / 20))
        for frame in frames.indices { frames[frame].colors = Array(repeating: [0, 0, 0], count: 3 * columns * rows) }
      case "rect": paint(0, 0, number("width"), number("height"), attributes, Array(0..<frameCount))
      case "g":
        let set = attributes["class"]?.split(separator: " ").last?.dropFirst().split(separator: "-")
        shown.append(set?.compactMap { Int($0) } ?? Array(0..<frameCount))
      case "path":
        for part in (attributes["d"] ?? "").matches(of: /M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z/) {
          let values = [part.output.1, part.output.2, part.output.3, part.output.4].map { Double($0) ?? 0 }
          paint(values[0], values[1], values[2], values[3], attributes, shown.last ?? [])
        }
      case "text":
        word = Word(x: attributes["x"] ?? "", y: attributes["y"] ?? "", text: "", fill: attributes["fill"] ?? "")
      default: break
      }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { word?.text += text }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      if name == "g" { shown.removeLast() }
      if name == "text", let word {
        for frame in shown.last ?? [] { frames[frame].words.append(word) }
        self.word = nil
      }
    }

    private func paint(
      _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ attributes: [String: String], _ shown: [Int]
    ) {
      let hex = attributes["fill"].flatMap { Int($0.dropFirst(), radix: 16) } ?? 0
      let color = [hex >> 16, hex >> 8 & 255, hex & 255].map(Double.init)
      let opacity = attributes["fill-opacity"].flatMap(Double.init) ?? 1
      for row in max(Int(y / 20), 0)..<min(Int((y + height) / 20) + 1, rows) {
        for column in max(Int(x / 10), 0)..<min(Int((x + width) / 10) + 1, columns) {
          let left = Double(column) * 10 + 5
          guard x <= left, left < x + width else { continue }
          for part in 0..<3 {
            let top = Double(row) * 20 + 5 + 5 * Double(part)
            guard y <= top, top < y + height else { continue }
            for frame in shown {
              let place = 3 * (row * columns + column) + part
              frames[frame].colors[place] = zip(color, frames[frame].colors[place]).map {
                $0 * opacity + $1 * (1 - opacity)
              }
            }
          }
        }
      }
    }
  }
}
