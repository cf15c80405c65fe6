import Foundation

#if canImport(Accelerate)
  import Accelerate
#else
  import CBLAS
#endif

/// The scalar types of the core's equations: Float for use, Double as the reference in tests.
///
/// Each requirement is one BLAS routine on row-major memory, under its BLAS name.
package protocol BLASScalar: BinaryFloatingPoint, SIMDScalar, Sendable, Codable, Hashable {
  /// C = α op(A) op(B) + β C with op(A) `[m, k]`, op(B) `[k, n]`, C `[m, n]`; `ld…` is the row stride.
  static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int,
    b: UnsafePointer<Self>, ldb: Int, beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)

  /// y = α op(A) x + β y with A `[rows, columns]` as stored.
  static func gemv(
    transpose: Bool, rows: Int, columns: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int, x: UnsafePointer<Self>,
    beta: Self, y: UnsafeMutablePointer<Self>)
}

extension Float: BLASScalar {
  package static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Float, a: UnsafePointer<Float>, lda: Int,
    b: UnsafePointer<Float>, ldb: Int, beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n),
      Int32(k), alpha, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  package static func gemv(
    transpose: Bool, rows: Int, columns: Int, alpha: Float, a: UnsafePointer<Float>, lda: Int, x: UnsafePointer<Float>,
    beta: Float, y: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemv(
      CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), alpha, a, Int32(lda), x, 1,
      beta, y, 1)
  }
}

extension Double: BLASScalar {
  package static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Double, a: UnsafePointer<Double>, lda: Int,
    b: UnsafePointer<Double>, ldb: Int, beta: Double, c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n),
      Int32(k), alpha, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  package static func gemv(
    transpose: Bool, rows: Int, columns: Int, alpha: Double, a: UnsafePointer<Double>, lda: Int,
    x: UnsafePointer<Double>, beta: Double, y: UnsafeMutablePointer<Double>
  ) {
    cblas_dgemv(
      CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), alpha, a, Int32(lda), x, 1,
      beta, y, 1)
  }
}

/// The number of threads that one BLAS call may use, for the whole process. The default is all cores. Code that calls
/// BLAS from several threads sets it to 1. It has no effect on macOS, where Accelerate decides.
public enum BLASThreads {
  /// Sets the number of threads of one BLAS call.
  ///
  /// - Parameter count: at least 1; smaller values are raised to 1.
  public static func set(_ count: Int) {
    #if !canImport(Accelerate)
      openblas_set_num_threads(Int32(clamping: max(count, 1)))
    #endif
  }

  /// Throws `RetNetError.value` if the address space of the process is limited and has no room for OpenBLAS.
  ///
  /// OpenBLAS maps a buffer of 128 MiB for each thread that multiplies at a time, and retries forever if it cannot.
  package static func requireBuffers(
    cores: Int = ProcessInfo.processInfo.activeProcessorCount,
    addressSpace: @autoclosure () -> Double? = AvailableMemory.addressSpace
  ) throws(RetNetError) {
    #if !canImport(Accelerate)
      guard let left = addressSpace() else { return }
      try MemoryEstimate(
        "the buffers of matrix products", bytes: Double(cores) * 128 * 1024 * 1024,
        remedy: "raise the limit of the address space (ulimit -v)"
      ).require(available: left)
    #endif
  }
}
