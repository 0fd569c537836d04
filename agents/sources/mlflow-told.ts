// What was told of MLflow's nouns, as fingerprints in cursors: each thing is said once, and again when it changed.
import { crc32 } from 'node:zlib'
import type { Experiment, Texts } from '../../src/core/registry-state.ts'
import { AgentEvent } from '../../src/protocol/events.ts'
import { savedFields } from './format.ts'
import type { Emit, Json } from './source.ts'

/** Who tells: where to, when (Unix ms), and what was told before. */
export interface Teller {
  readonly emit: Emit
  readonly now: number
  readonly cursors: Map<string, Json>
  /** Experiments that were told, by our id. */
  readonly experiments: Map<string, Experiment>
}

/** What was told of a noun. */
export type Told = Readonly<Record<string, Json | undefined>>

type Of<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>

/** What was told under a cursor key; nothing when there is none. */
export const toldOf = ({ cursors }: Pick<Teller, 'cursors'>, key: string): Told =>
  savedFields(cursors.get(key))

/** Remembers what was told, where it differs; null forgets it. */
export function remember({ emit, cursors }: Teller, key: string, told: Json): void {
  const known = cursors.get(key)
  if (JSON.stringify(known ?? null) === JSON.stringify(told)) return
  if (told === null) cursors.delete(key)
  else cursors.set(key, told)
  emit.cursor(key, told)
}

/** Emits an event with its texts cleaned and cut. Throws when it is none that the protocol knows. */
export function say<T extends AgentEvent['type']>(
  { emit, now }: Teller,
  type: T,
  about: string,
  data: Of<T>['data'],
): void {
  const result = AgentEvent.safeParse({ type, at: Math.trunc(now), about, data })
  const issue = result.error?.issues[0]
  if (issue) throw new Error(`${type}: ${issue.path.join('.')}: ${issue.message}`)
  emit.event(result.data as AgentEvent)
}

/** Fingerprint of plain data. */
export const printOf = (data: unknown): number => crc32(JSON.stringify(data) ?? '')

/** Texts that were not told so, keys that are gone, and the fingerprints to remember. */
export function compareTexts(told: Json | undefined, texts: Texts) {
  const before = savedFields(told)
  const entries = Object.entries(texts)
  const prints = entries.map(([key, value]): [string, number] => [key, crc32(value)])
  const changed = entries.filter((_, i) => {
    const [key, print] = prints[i]!
    return !Object.hasOwn(before, key) || before[key] !== print
  })
  return {
    changed: Object.fromEntries(changed),
    isChanged: changed.length > 0,
    gone: Object.keys(before).filter((key) => !Object.hasOwn(texts, key)),
    prints: Object.fromEntries(prints),
  }
}

/** Tells texts that changed and those that are gone, by two callbacks; returns what to remember. */
export function tellTexts(
  told: Json | undefined,
  texts: Texts | undefined,
  onChanged: (changed: Record<string, string>) => void,
  onGone: (key: string) => void = () => {},
): Json {
  if (!texts) return told ?? {}
  const { changed, isChanged, gone, prints } = compareTexts(told, texts)
  if (isChanged) onChanged(changed)
  for (const key of gone) onGone(key)
  return prints
}
