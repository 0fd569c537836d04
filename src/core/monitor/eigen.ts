// Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations (Golub and Van Loan, section 8.5).

/** One eigenvalue and its vector of length 1. */
export interface EigenPair {
  readonly value: number
  readonly vector: Float64Array
}

const MOST_SWEEPS = 100

function rotate(a: Float64Array[], v: Float64Array[], p: number, q: number): void {
  const gap = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!)
  const t = (gap >= 0 ? 1 : -1) / (Math.abs(gap) + Math.hypot(gap, 1))
  const c = 1 / Math.hypot(t, 1)
  const s = t * c
  for (let k = 0; k < a.length; k++) {
    const [kp, kq] = [a[k]![p]!, a[k]![q]!]
    a[k]![p] = c * kp - s * kq
    a[k]![q] = s * kp + c * kq
  }
  for (let k = 0; k < a.length; k++) {
    const [pk, qk] = [a[p]![k]!, a[q]![k]!]
    a[p]![k] = c * pk - s * qk
    a[q]![k] = s * pk + c * qk
    const [vp, vq] = [v[k]![p]!, v[k]![q]!]
    v[k]![p] = c * vp - s * vq
    v[k]![q] = s * vp + c * vq
  }
}

/** All pairs, the greatest value first. The matrix is a list of rows, symmetric and finite; it is not changed. */
export function symmetricEigen(matrix: readonly Float64Array[]): EigenPair[] {
  const n = matrix.length
  const a = matrix.map((row) => row.slice())
  const v = a.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)))
  const size = a.reduce((sum, row) => sum + row.reduce((part, x) => part + x * x, 0), 0)
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p]![q]! ** 2
    if (off <= size * 1e-32) break
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) if (a[p]![q] !== 0) rotate(a, v, p, q)
  }
  return a
    .map((row, i) => ({ value: row[i]!, vector: Float64Array.from(v, (line) => line[i]!) }))
    .sort((x, y) => y.value - x.value)
}
