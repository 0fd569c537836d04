// Reads the CSV that `nvidia-smi --query-gpu` prints: a header with units, then a row a GPU a tick. Cells
// such as [N/A], ERR! or [GPU requires reset], and values that no GPU can have, are missing.
import { cleanText } from '../../src/protocol/text.ts'

/** What is asked of nvidia-smi, in its own names. */
export const GPU_FIELDS = [
  'index',
  'name',
  'uuid',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'power.draw',
] as const

/** One GPU at one moment; undefined is "not known". */
export interface GpuReading {
  readonly index: number
  readonly name: string
  /** Percent of time in which a kernel ran. */
  readonly utilization: number | undefined
  /** MiB. */
  readonly memoryUsed: number | undefined
  /** MiB. */
  readonly memoryTotal: number | undefined
  /** Degrees Celsius. */
  readonly temperature: number | undefined
  /** Watts. */
  readonly power: number | undefined
}

/** Units that a cell may carry, and the values that are believed. */
const RANGES = {
  'utilization.gpu': { unit: '%', low: 0, high: 100 },
  'memory.used': { unit: 'MiB', low: 0, high: 2 ** 24 },
  'memory.total': { unit: 'MiB', low: 1, high: 2 ** 24 },
  'temperature.gpu': { unit: 'C', low: -50, high: 150 },
  'power.draw': { unit: 'W', low: 0, high: 5000 },
} as const

/** Longest GPU name kept, as host.described allows. */
const MAX_NAME = 128
/** Highest GPU index believed. */
const MAX_INDEX = 1023

/** Reads a header line into field names without units; undefined when it is none. */
export function parseHeader(line: string): string[] | undefined {
  const names = line.split(',').map((cell) => cell.trim().replace(/ \[[^\]]*\]$/, ''))
  return names.includes('index') && names.includes('name') ? names : undefined
}

/** nvidia-smi does not quote: cells too many belong to the name, the only free text. */
function align(cells: string[], header: readonly string[]): string[] | undefined {
  const extra = cells.length - header.length
  if (extra < 0) return undefined
  const at = header.indexOf('name')
  return cells.toSpliced(at, extra + 1, cells.slice(at, at + extra + 1).join(', '))
}

/** Reads a row below `header`; undefined when it is none or tells no index. */
export function parseRow(line: string, header: readonly string[]): GpuReading | undefined {
  const cells = align(
    line.split(',').map((cell) => cell.trim()),
    header,
  )
  const cell = (name: string) => cells?.[header.indexOf(name)] ?? ''
  const number = (name: keyof typeof RANGES): number | undefined => {
    const { unit, low, high } = RANGES[name]
    const found = /^(-?\d[\d.e+]*)(?: (\S+))?$/.exec(cell(name))
    const value = Number(found?.[1])
    const right = (found?.[2] ?? unit) === unit && value >= low && value <= high
    return right ? value : undefined
  }
  if (!/^\d{1,4}$/.test(cell('index')) || Number(cell('index')) > MAX_INDEX) return undefined
  return {
    index: Number(cell('index')),
    name: cleanText(cell('name'), MAX_NAME),
    utilization: number('utilization.gpu'),
    memoryUsed: number('memory.used'),
    memoryTotal: number('memory.total'),
    temperature: number('temperature.gpu'),
    power: number('power.draw'),
  }
}
