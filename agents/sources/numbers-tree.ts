// Numbers in a parsed JSON tree by path: `{train: {loss: 1}}` is `train/loss` or `train.loss`, as the writer has it.
import { numberText } from './loose-json.ts'

const MAX_DEPTH = 16
/** Most numbers that are taken of one tree. */
const MAX_NUMBERS = 50_000

/** True for an object that is no array. */
export const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The numbers of a tree, other leaves left out; undefined when it is deeper or wider than can be read. */
export function collectNumbers(
  tree: Readonly<Record<string, unknown>>,
  separator: string,
): [key: string, value: number][] | undefined {
  const out: [string, number][] = []
  const walk = (node: Readonly<Record<string, unknown>>, prefix: string, depth: number): boolean => {
    if (depth > MAX_DEPTH || out.length > MAX_NUMBERS) return false
    return Object.entries(node).every(([key, value]) => {
      const number = numberText(value)
      if (number !== undefined) out.push([prefix + key, Number(number)])
      return isTree(value) ? walk(value, `${prefix}${key}${separator}`, depth + 1) : true
    })
  }
  return walk(tree, '', 0) ? out : undefined
}
