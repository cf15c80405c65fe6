import Foundation

/// Where things stand that come with the program.
enum BundledFolders {
  /// `share/retnet/NAME` beside the executable's folder, then a folder of the checkout that the executable was built from.
  static func named(installed: String, inCheckout: String) -> [String] {
    let executable = Bundle.main.executableURL?.resolvingSymlinksInPath()
    let share = executable?.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("share/retnet").appendingPathComponent(installed)
    // This file's place in the checkout that the executable was built from.
    var checkout = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { checkout.deleteLastPathComponent() }
    return [share, checkout.appendingPathComponent(inCheckout)].compactMap { $0?.path }
  }
}
