import TerminalKit

/// The tour's step, in two lines under the footer.
struct TourLines {
  let state: AppState

  func draw(in grid: inout Grid) {
    guard let tour = state.tour, tour.rows > 0 else { return }
    let count = "\(tour.step.rawValue + 1)/\(Tour.Step.allCases.count)"
    let label = state.columns >= 60 ? "Tour \(count)  " : "\(count) "
    let room = state.columns - 2 - label.count
    let texts = tour.texts(state).map { WordWrap.lines($0, columns: room) }
    grid.put(label, state.rows, 1, .accent)
    grid.put(
      lines: (texts.first { $0.count <= tour.rows } ?? texts.last ?? []).prefix(tour.rows), state.rows, 1 + label.count)
  }
}
