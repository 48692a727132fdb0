/** The normal equations of a least squares problem: `size` unknowns, matrix row by row. */
export interface NormalEquations {
  readonly size: number;
  readonly matrix: Float64Array;
  readonly right: Float64Array;
}

/** Below this share of the largest entry a pivot counts as none: points on a line. */
const SINGULAR = 1e-12;

export function normalEquations(size: number): NormalEquations {
  return { size, matrix: new Float64Array(size * size), right: new Float64Array(size) };
}

/** Adds one observation: row · unknowns = value. */
export function addRow(
  { size, matrix, right }: NormalEquations,
  row: ArrayLike<number>,
  value: number,
  weight = 1,
): void {
  for (let i = 0; i < size; i += 1) {
    const share = weight * row[i]!;
    right[i] = right[i]! + share * value;
    for (let j = 0; j < size; j += 1) matrix[size * i + j] = matrix[size * i + j]! + share * row[j]!;
  }
}

/** Solves in place by elimination with pivots; null when singular. */
export function solve({ size, matrix, right }: NormalEquations): number[] | null {
  const largest = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(matrix[size * row + column]!) > Math.abs(matrix[size * pivot + column]!)) pivot = row;
    }
    if (Math.abs(matrix[size * pivot + column]!) <= SINGULAR * largest) return null;
    for (let k = 0; k < size; k += 1) {
      [matrix[size * column + k], matrix[size * pivot + k]] = [matrix[size * pivot + k]!, matrix[size * column + k]!];
    }
    [right[column], right[pivot]] = [right[pivot]!, right[column]!];
    for (let row = 0; row < size; row += 1) {
      if (row === column) continue;
      const factor = matrix[size * row + column]! / matrix[size * column + column]!;
      for (let k = column; k < size; k += 1)
        matrix[size * row + k] = matrix[size * row + k]! - factor * matrix[size * column + k]!;
      right[row] = right[row]! - factor * right[column]!;
    }
  }
  return Array.from({ length: size }, (_, i) => right[i]! / matrix[(size + 1) * i]!);
}
