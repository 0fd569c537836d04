// Axes: where a value lies, and at which round values to put labels.
import { formatAge, formatTime } from '../../core/format.ts'

/** A labelled value of an axis. */
export interface Tick {
  readonly value: number
  readonly label: string
}

/** A continuous axis. */
export interface Scale {
  readonly log: boolean
  /** Where a value lies: 0 at the lower end, 1 at the upper. Outside values give numbers outside. */
  position(value: number): number
  /** Round values in range, about `count` of them, rising. */
  ticks(count: number): Tick[]
}

const PREFIXES = ['', 'k', 'M', 'G', 'T'] as const
const MAX_TICKS = 64

/** The round number (1, 2 or 5 times a power of ten) at or above `least`. */
function roundUp(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  for (const factor of [1, 2, 5]) if (factor * power >= least * (1 - 1e-9)) return factor * power
  return 10 * power
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

const exponential = (value: number, digits: number): string => {
  const [mantissa = '', exponent = '0'] = value.toExponential(digits).split('e')
  return `${trimZeros(mantissa)}e${Number(exponent)}`
}

/** A tick's value, as short as the step between the ticks allows: `0.01`, `250`, `1.2k`, `3M`, `1e-7`. */
export function tickLabel(value: number, step: number): string {
  const size = Math.abs(value)
  if (size === 0 || size < step * 1e-6) return '0'
  const power = Math.floor(Math.log10(size) + 1e-9)
  const digits = step > 0 ? Math.max(0, Math.min(6, power - Math.floor(Math.log10(step) + 1e-9))) : 1
  if (size >= 1e15 || size < 1e-4) return exponential(value, digits)
  const prefix = size < 1000 ? 0 : Math.min(4, Math.floor(power / 3))
  const unit = 1000 ** prefix
  const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(step / unit) + 1e-9)))
  return trimZeros((value / unit).toFixed(decimals)) + PREFIXES[prefix]
}

/** Multiples of `step` in [min, max], each once; few even when floats are too coarse for the step. */
function multiples(min: number, max: number, step: number): number[] {
  const values: number[] = []
  const first = Math.ceil(min / step - 1e-9)
  for (let i = 0; i < MAX_TICKS; i++) {
    const value = (first + i) * step
    if (!(value <= max + step * 1e-9)) break
    if (value !== values.at(-1)) values.push(value)
  }
  return values
}

/** Round values for a linear axis. `least` is the smallest step wanted, 1 for whole numbers. */
export function linearTicks(min: number, max: number, count: number, least = 0): Tick[] {
  const step = roundUp(
    Math.max((max / 2 - min / 2) / (Math.max(1, count) / 2), least, Number.MIN_VALUE * 1e16),
  )
  if (!Number.isFinite(step)) return []
  return multiples(min, max, step).map((value) => ({ value, label: tickLabel(value, step) }))
}

function logTicks(min: number, max: number, count: number): Tick[] {
  const low = Math.floor(Math.log10(min))
  const high = Math.ceil(Math.log10(max))
  const every = Math.max(1, Math.ceil((high - low) / Math.max(1, count)))
  const factors = (high - low) * 3 <= count ? [1, 2, 5] : [1]
  const ticks: Tick[] = []
  for (let power = low - (((low % every) + every) % every); power <= high; power += every)
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`)
      if (value >= min && value <= max) ticks.push({ value, label: tickLabel(value, value) })
    }
  return ticks.length > 1 ? ticks : linearTicks(min, max, count)
}

/** A linear axis; a range of one value lies in the middle. */
export function linearScale(min: number, max: number): Scale {
  // Halves: the span of the largest doubles is not finite.
  const half = max / 2 - min / 2
  return {
    log: false,
    position: (value) => (half > 0 ? (value / 2 - min / 2) / half : 0.5 + Math.sign(value - min)),
    ticks: (count) =>
      half > 0 ? linearTicks(min, max, count) : [{ value: min, label: tickLabel(min, Math.abs(min) / 1000) }],
  }
}

/** A log10 axis; undefined unless 0 < min <= max. */
export function logScale(min: number, max: number): Scale | undefined {
  if (!(min > 0 && max >= min)) return undefined
  const low = Math.log10(min)
  const span = Math.log10(max) - low
  if (!(span > 0)) return { ...linearScale(min, max), log: true }
  return {
    log: true,
    position: (value) => (Math.log10(value) - low) / span,
    ticks: (count) => logTicks(min, max, count),
  }
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 30, 90, 180, 365].map((n) => n * DAY),
]

function timeStep(span: number, count: number): number {
  const least = span / Math.max(1, count)
  if (least < SECOND) return Math.max(1, roundUp(least))
  return TIME_STEPS.find((step) => step >= least) ?? roundUp(least / (365 * DAY)) * 365 * DAY
}

// Beyond this Date has no value (ECMAScript time range).
const LAST_DATE = 8.64e15

/** A time of day or a date, UTC, as exact as the step needs: `12:30`, `12:30:05`, `11-23`, `2026-11`. */
function clockLabel(time: number, step: number): string {
  if (!(Math.abs(time) <= LAST_DATE)) return tickLabel(time, step)
  const text = formatTime(time)
  if (!/^\d{4}-/.test(text)) return text.slice(0, 7)
  if (step >= 30 * DAY) return text.slice(0, 7)
  if (step >= DAY || (step >= MINUTE && time % DAY === 0)) return text.slice(5, 10)
  if (step >= MINUTE) return text.slice(11, 16)
  return step >= SECOND ? text.slice(11) : new Date(time).toISOString().slice(14, 23)
}

/** A duration in ms: `250ms`, `1m30s`, `2d`. */
export function durationLabel(ms: number): string {
  const size = Math.abs(ms)
  const text = size > 0 && size < SECOND ? `${Number(size.toFixed(3))}ms` : formatAge(size)
  return ms < 0 ? `-${text}` : text
}

/** Round times for an axis of Unix ms, labelled in UTC. */
export function timeTicks(min: number, max: number, count: number): Tick[] {
  const step = timeStep(max - min, count)
  return multiples(min, max, step).map((value) => ({ value, label: clockLabel(value, step) }))
}

/** Round durations for an axis of ms. */
export function durationTicks(min: number, max: number, count: number): Tick[] {
  return multiples(min, max, timeStep(max - min, count)).map((value) => ({
    value,
    label: durationLabel(value),
  }))
}
