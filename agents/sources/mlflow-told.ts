// What was told of MLflow's nouns, as fingerprints in cursors: each thing is said once, and again when it changed.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import type { Experiment, Texts } from '../../src/core/registry-state.ts'
import { AgentEvent } from '../../src/protocol/events.ts'
import { savedFields } from './format.ts'
import { META } from './mlflow-places.ts'
import type { Emit, Json } from './source.ts'

/** What all sources of MLflow data of one agent have told. */
export interface MlflowMemory {
  readonly cursors: Map<string, Json>
  /** Experiments that were told, by our id. */
  readonly experiments: Map<string, Experiment>
  /** Addresses of the servers that are mirrored. */
  readonly urls: ReadonlySet<string>
}

/** Who tells: where to, when (Unix ms), and what was told before. */
export interface Teller extends MlflowMemory {
  readonly emit: Emit
  readonly now: number
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

/** Tells once what is wrong with a path or address; that nothing is any more, when it was. */
export function tellTrouble(teller: Teller, about: string, where: string, trouble: string | undefined): void {
  const key = `mlflow-problem:${where}`
  if ((teller.cursors.get(key) ?? undefined) === trouble) return
  const data = {
    source: 'mlflow',
    path: where,
    problem: trouble ?? 'can be read again',
    count: trouble ? 1 : 0,
  }
  say(teller, 'source.problem', about, data)
  remember(teller, key, trouble ?? null)
}

/** Where a noun was told from, when that is another place that still has it: its points must not come twice. */
export function otherHome(teller: MlflowMemory, key: string, here: string): string | undefined {
  const { at } = toldOf(teller, key)
  if (typeof at !== 'string' || at === here) return undefined
  const isThere = at.includes('://') ? teller.urls.has(at) : existsSync(path.join(at, META))
  return isThere ? at : undefined
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
