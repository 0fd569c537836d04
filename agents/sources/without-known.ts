// A source without the runs and models that the hub has from elsewhere: points must not come twice, and an old copy
// must not move aliases back.
import type { AgentEvent } from '../../src/protocol/events.ts'
import type { Emit, Json, Source } from './source.ts'

/** Nouns whose ids are the same wherever they are told of. */
export type KnownNoun = 'run' | 'logged-model' | 'model'

/** What is left out. */
export interface Known {
  /** Whether the hub had it before. */
  readonly has: (noun: KnownNoun, id: string) => boolean
  /** Cursors of an earlier life: what was told then goes on. */
  readonly cursors: ReadonlyMap<string, Json>
  /** Hears of each that is found and left out. */
  readonly onLeft: (noun: KnownNoun, id: string) => void
}

const NOUNS: Readonly<Record<string, KnownNoun>> = {
  run: 'run',
  'logged-model': 'logged-model',
  model: 'model',
  version: 'model',
  alias: 'model',
}

const nounOf = ({ type }: AgentEvent): KnownNoun | undefined => NOUNS[type.split('.', 1)[0] ?? '']

/** The noun and id that a cursor of the sources of MLflow data is about. */
function aboutCursor(key: string): readonly [KnownNoun, string] | undefined {
  const [, word = '', id = ''] = /^mlflow-(run|logged-model|model|version):(.*)$/s.exec(key) ?? []
  const noun = NOUNS[word]
  return noun && [noun, word === 'version' ? id.replace(/\/\d+$/, '') : id]
}

/** The source, silent about what is known. */
export function withoutKnown(source: Source, { has, cursors, onLeft }: Known): Source {
  const isLeft = (noun: KnownNoun, id: string) => !cursors.has(`mlflow-${noun}:${id}`) && has(noun, id)
  const without = (emit: Emit): Emit => ({
    full: () => emit.full(),
    point(owner, key, step, time, value) {
      if (!isLeft('run', owner)) emit.point(owner, key, step, time, value)
    },
    line(owner, stream, at, text) {
      if (!isLeft('run', owner)) emit.line(owner, stream, at, text)
    },
    event(event) {
      const noun = nounOf(event)
      if (!noun || !isLeft(noun, event.about)) emit.event(event)
      else if (event.type.endsWith('.found')) onLeft(noun, event.about)
    },
    cursor(key, value) {
      const about = aboutCursor(key)
      if (!about || !isLeft(...about)) emit.cursor(key, value)
    },
  })
  return { ...source, poll: (emit, now) => source.poll(without(emit), now) }
}
