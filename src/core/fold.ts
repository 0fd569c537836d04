// What the parts of the fold share.
import type { LogEvent } from './events.ts'
import type { RowOf, Table } from './state.ts'

/** Tables copied at most once per call of apply(), so that a bulk of events costs one copy. */
export type Draft = { [T in Table]: Map<string, RowOf<T>> }

/** An event of one type. */
export type EventOf<T extends LogEvent['type']> = Extract<LogEvent, { type: T }>
/** Gives a table to change. */
export type Edit = <T extends Table>(table: T) => Draft[T]
/** What each type of event does to the tables. */
export type Reducers<Type extends LogEvent['type'] = LogEvent['type']> = {
  readonly [T in Type]: (edit: Edit, event: EventOf<T>) => void
}

/** A record without one of its keys. */
export function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _gone, ...rest } = record
  return rest
}
