import Foundation
import Testing

@testable import RetNet
@testable import RetNetTUI

@Test func dump() {
  let fm = FileManager.default
  func put(_ name: String, _ s: AppState) {
    let g = render(s)
    try? g.fullText.write(toFile: "/tmp/appdump/\(name).txt", atomically: true, encoding: .utf8)
    try? g.svg().write(toFile: "/tmp/appdump/\(name).svg", atomically: true, encoding: .utf8)
  }
  try? fm.createDirectory(atPath: "/tmp/appdump", withIntermediateDirectories: true)
  put("ready80", Fixtures.ready())
  for (c, r) in [
    (80, 24), (120, 40), (160, 50), (200, 60), (200, 24), (40, 10), (60, 16), (72, 20), (80, 18), (100, 30), (20, 5),
  ] {
    put("speak\(c)x\(r)", Fixtures.speaking(columns: c, rows: r))
  }
  put("mono80", Fixtures.speaking(traits: ScreenTraits(depth: .monochrome)))
  var s = Fixtures.speaking()
  _ = update(&s, .key(.escape))
  _ = update(&s, .key(.character("n")))
  put("norms", s)
  _ = update(&s, .key(.character("3")))
  _ = update(&s, .key(.character("3")))
  put("norms2", s)
  var h = Fixtures.ready()
  _ = Fixtures.enter(":help", &h)
  put("help", h)
}
