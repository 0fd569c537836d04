// A change detector over one stream of numbers: takes a value, says a level, and can be saved as JSON and
// restored, so that a restart of the process changes nothing of what it detects.

/** What a detector says after a value. `drift` is said once: with the value that gave it away. */
export type Level = 'stable' | 'warning' | 'drift'

/** Numbers by name: thresholds, sizes, confidences. Switches are 0 or 1. */
export type Settings = Readonly<Record<string, number>>

/** What a detector remembers: plain JSON without NaN and infinities. */
export type Memory = { [key: string]: number | number[] | number[][] | Memory }

/** A method as its file declares it. */
export interface Method<S extends Settings, M extends Memory> {
  readonly name: string
  readonly defaults: S
  /** Which values it takes; others are passed over. */
  accepts(value: number): boolean
  /** Throws RangeError for settings that it cannot work with. */
  start(settings: S): M
  /** Takes a value into the memory and says the level. */
  step(memory: M, value: number, settings: S): Level
  /** Whether what was saved hangs together, beyond being numbers of the right names. */
  isSound?(memory: M, settings: S): boolean
  /** False where it goes on with what it remembers after a detection; else it begins anew with the next value. */
  restarts?(settings: S): boolean
}

/** A detector at work. Its memory is bounded whatever the length of the stream. */
export interface Detector {
  /** A value that the method cannot take (NaN, infinite, beyond 1e140; no error share) is passed over: `stable`. */
  update(value: number): Level
  /** For `restoreDetector` of the same method; independent of what comes after. */
  save(): SavedDetector
}

/** A detector as JSON. */
export interface SavedDetector {
  readonly method: string
  readonly settings: Settings
  readonly memory: Memory
  /** Whether the last value was a detection. */
  readonly isDetected: boolean
  /** How many values were passed over. */
  readonly passedOver: number
}

/** Any number whose square, summed over a stream, stays finite. */
export const isMeasure = (value: number): boolean => Math.abs(value) <= 1e140

/** A share of errors: 0 right, 1 wrong. */
export const isShare = (value: number): boolean => value >= 0 && value <= 1

/** What the file of a method exports besides: `settings` replaces defaults. Throws RangeError for bad settings. */
export function startDetector<S extends Settings, M extends Memory>(
  method: Method<S, M>,
  settings: Partial<S> = {},
): Detector {
  const full: S = { ...method.defaults, ...settings }
  for (const [name, value] of Object.entries(full)) {
    if (!(name in method.defaults)) throw new RangeError(`${method.name} has no setting ${name}`)
    if (!Number.isFinite(value) || value < 0)
      throw new RangeError(`${method.name}: ${name} is no number from 0 up`)
  }
  return running(method, full, method.start(full), false, 0)
}

/** A saved detector, as it was. Throws RangeError when `saved` is not one of this method. */
export function restoreDetector<S extends Settings, M extends Memory>(
  method: Method<S, M>,
  saved: SavedDetector,
): Detector {
  if (saved.method !== method.name) throw new RangeError(`this is no saved ${method.name} detector`)
  const settings: S = { ...method.defaults, ...saved.settings }
  if (!isAlike(method.defaults, saved.settings) || !isAlike(method.start(settings), saved.memory))
    throw new RangeError(`the saved ${method.name} detector is damaged`)
  const memory = structuredClone(saved.memory) as M
  if (method.isSound?.(memory, settings) === false)
    throw new RangeError(`the saved ${method.name} detector does not hang together`)
  return running(method, settings, memory, saved.isDetected === true, Number(saved.passedOver) || 0)
}

function running<S extends Settings, M extends Memory>(
  method: Method<S, M>,
  settings: S,
  begun: M,
  wasDetected: boolean,
  skipped: number,
): Detector {
  let memory = begun
  let isDetected = wasDetected
  let passedOver = skipped
  const restarts = method.restarts?.(settings) ?? true
  return {
    update(value) {
      if (!method.accepts(value)) {
        passedOver++
        return 'stable'
      }
      if (isDetected && restarts) memory = method.start(settings)
      const level = method.step(memory, value, settings)
      isDetected = level === 'drift'
      return level
    },
    save: () => ({
      method: method.name,
      settings,
      memory: structuredClone(memory),
      isDetected,
      passedOver,
    }),
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const isNumbers = (value: unknown): boolean =>
  Array.isArray(value) && value.every((part) => isNumber(part) || isNumbers(part))

/** Same keys, numbers where numbers were; lists may be of any length. */
function isAlike(model: unknown, value: unknown): boolean {
  if (typeof model === 'number') return isNumber(value)
  if (Array.isArray(model)) return isNumbers(value)
  if (typeof model !== 'object' || typeof value !== 'object' || model === null || value === null) return false
  const keys = Object.keys(model)
  return (
    keys.length === Object.keys(value).length &&
    keys.every((key) => isAlike(model[key as never], value[key as never]))
  )
}
