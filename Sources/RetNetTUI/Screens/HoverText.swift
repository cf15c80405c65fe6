import RetNet
import TerminalKit

/// What is under the mouse, in one line.
extension AppState {
  /// - Returns: nil for a target that explains itself.
  func explanation(of target: ViewTarget) -> String? {
    switch target {
    case .page(let page): "\(page.tabKey)  \(page.explanation.purpose)"
    case .labPage(let page): "\(page.tabKey)  \(page.explanation.purpose)"
    case .head(let place): explanation(of: place)
    case .memory(let place, let token): explanation(of: place, token: token)
    case .cell(let cell): explanation(ofCell: cell)
    case .entry(let entry): explanation(ofEntry: entry)
    case .boundary: "A chunk boundary. Drag it to change the chunk length, now \(lab.chunkLength) tokens."
    case .token(let token): explanation(ofToken: token)
    case .treePage(let page): "\(page.tabKey)  \(page.explanation.purpose)"
    case .treeNode(let node): "token \(node.position - 1) of branch \(node.branch)"
    case .line: shownView == .lessons ? "A click selects the lesson, a second one opens it." : nil
    case .turn(let turn): "turn \(turn) · a click selects it: r again, c continue, e edit, p prefix, b branch"
    case .input, .key, .word: nil
    }
  }

  private func explanation(of place: HeadIndex) -> String? {
    guard let gamma = gamma(place), gamma > 0, gamma < 1 else { return nil }
    let halfLife = Numbers.halfLife(Decay(gammas: [gamma]).halfLife(head: 0)).trimmed
    let norm =
      result.flatMap { StateSummary($0, layer: place.layer, head: place.head) }
      .map { " · ‖S‖ \(Numbers.magnitude(Double($0.norm)).trimmed)" } ?? ""
    return "layer \(place.layer) head \(place.head) · γ \(Numbers.decay(gamma)) · half-life \(halfLife) tokens\(norm)"
  }

  private func explanation(of place: HeadIndex, token: Int) -> String? {
    let share = RecordedSession(self)?.memory(of: place, last: position - token).first
    return share.map {
      "token \(token) \(PieceText.short(piece(ofToken: token) ?? "")) · \(Numbers.percent($0).trimmed) of ‖S‖ of layer "
        + "\(place.layer) head \(place.head), written \(age(of: token))"
    }
  }

  private func explanation(ofCell cell: Position) -> String? {
    guard let value = entry(cell) else { return nil }
    return "S (\(cell.row),\(cell.column)) = \(Numbers.signed(value).trimmed) · entry \(cell.row) of the keys, "
      + "entry \(cell.column) of the values, layer \(settings.layer) head \(settings.head)"
  }

  private func explanation(ofEntry entry: Position) -> String? {
    lab.forms.flatMap { ScoreEntry($0, entry, piece: labPiece) }?.forms.first
  }

  private func explanation(ofToken token: Int) -> String? {
    guard let entry = tokens.entries.first(where: { $0.index == token }) else { return "token \(token)" }
    let share =
      RecordedSession(self)?.share(of: token)
      .map { " · \(Numbers.percent($0).trimmed) of what layer \(settings.layer) head \(settings.head) reads now" } ?? ""
    let surprise = entry.logProbability.map { " · surprise \(Numbers.magnitude(Double(-$0)).trimmed) nat" } ?? ""
    return "token \(token) \(PieceText.shown(entry.piece))\(share)\(surprise)"
  }

  /// An entry of the selected head's S.
  func entry(_ place: Position) -> Float? {
    guard let layer = result?.state.layers[at: settings.layer], settings.head < layer.heads,
      place.row < layer.headDim, place.column < layer.valueDim
    else { return nil }
    let entries = layer.matrix(head: settings.head)
    return entries[entries.startIndex + place.row * layer.valueDim + place.column]
  }
}
