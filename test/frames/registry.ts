// A small registry over the runs of the pictures: `churn` with three versions and a history, `ranker` with one.
import { apply } from '../../src/core/apply.ts'
import type { LogEvent, NewEvent } from '../../src/core/events.ts'
import { emptyState, type Run, type State } from '../../src/core/state.ts'

const HOUR = 3_600_000

const data = (digest: string) => ({
  name: 'customers',
  digest,
  sourceType: 's3',
  source: '{"uri":"s3://data/customers"}',
  schema: '{"mlflow_colspec":[{"name":"age","type":"long"}]}',
  profile: null,
  tags: { 'mlflow.data.context': 'training' },
})

/** Runs that versions come from, with their commit and data. */
const SOURCES: Readonly<Record<string, { readonly commit: string; readonly digest: string }>> = {
  run0010: { commit: 'a1b2c3d', digest: 'd1' },
  run0006: { commit: 'a1b2c3d', digest: 'd2' },
  run0002: { commit: 'e4f5a6b', digest: 'd2' },
}

/** A run with what its registry entry knows of it. */
export function sourced(run: Run): Run {
  const source = SOURCES[run.id]
  if (!source) return run
  return {
    ...run,
    tags: { ...run.tags, 'mlflow.source.git.commit': source.commit },
    datasets: [data(source.digest)],
  }
}

function found(about: string, at: number): NewEvent {
  return { type: 'model.found', at, about, data: { description: '', created: at, tags: { team: 'risk' } } }
}

function version(about: string, number: number, run: string, at: number): NewEvent {
  const data = {
    version: number,
    source: `runs:/${run}/model`,
    run,
    loggedModel: null,
    runLink: null,
    user: 'ada',
    description: '',
    stage: 'None' as const,
    created: at,
    tags: { digest: `sha-${number}` },
  }
  return { type: 'version.found', at, about, data }
}

function moved(version: number, at: number, by: string, reason: string): readonly [NewEvent, string] {
  return [{ type: 'alias.moved', at, about: 'churn', data: { alias: 'champion', version, reason } }, by]
}

/** Models and versions at `now`, Unix ms. */
export function registryTables(now: number): Pick<State, 'models' | 'versions'> {
  const at = (hours: number) => now - hours * HOUR
  const made: readonly (readonly [NewEvent, string])[] = [
    [found('churn', at(90)), 'hub'],
    [found('ranker', at(80)), 'hub'],
    [version('churn', 1, 'run0010', at(72)), 'hub'],
    [version('churn', 2, 'run0006', at(48)), 'hub'],
    [version('ranker', 1, 'run0001', at(40)), 'hub'],
    moved(1, at(71), 'user:ada', 'first one'),
    moved(2, at(24), 'user:bob', 'better on the June holdout'),
    [version('churn', 3, 'run0002', at(2)), 'hub'],
  ]
  const events = made.map(([event, by], i) => ({ ...event, by, seq: i + 1 }) as LogEvent)
  const { models, versions } = apply(emptyState, events)
  return { models, versions }
}
