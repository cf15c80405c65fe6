import RetNet

/// The largest |a − b| relative to the largest |b|.
package func maxRelativeError<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(
  _ a: some Collection<A>, _ b: some Collection<B>
) -> Double {
  guard a.count == b.count, !b.isEmpty else { return .infinity }
  let largest = b.reduce(0) { max($0, abs(Double($1))) }
  let error = zip(a, b).reduce(0) { worst, pair in
    let difference = abs(Double(pair.0) - Double(pair.1))
    return difference.isNaN ? .infinity : max(worst, difference)
  }
  return error == 0 ? 0 : error / largest
}

/// Whether a model reports NaN or infinity at its first token, and where.
package func isNotFinite(_ error: any Error, layer: Int?, head: Int?, tensor: String) -> Bool {
  guard case ModelError.notFinite(let foundLayer, let foundHead, let foundTensor, 0, _) = error else { return false }
  return foundLayer == layer && foundHead == head && foundTensor == tensor
}
