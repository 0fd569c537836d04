// Projects: what belongs to which, what they use, and when that is too much.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alertsOf } from '../../src/core/alerts.ts'
import { apply } from '../../src/core/apply.ts'
import type { LogEvent, NewEvent } from '../../src/core/events.ts'
import { projectUse } from '../../src/core/project-use.ts'
import { type Project, projectEvents, projectOf } from '../../src/core/projects.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import { findResource } from '../../src/resources/index.ts'

const NO_BOUND = { experiments: [], models: [], quotaBytes: null }

function folded(...events: NewEvent[]): State {
  return apply(
    emptyState,
    events.map((event, i) => ({ ...event, by: 'hub', seq: i + 1 }) as LogEvent),
  )
}

const setting = (projects: readonly Project[]): NewEvent => ({
  type: 'projects.set',
  at: 1,
  about: 'hub',
  data: { projects },
})
const vision: Project = {
  ...NO_BOUND,
  id: 'vision',
  experiments: ['cifar*'],
  models: ['vision-*'],
  quotaBytes: 1000,
}
const all: Project = { ...NO_BOUND, id: 'all', experiments: ['*'], models: ['*'] }

const model = (name: string): NewEvent => ({
  type: 'model.found',
  at: 1,
  about: name,
  data: { description: '', created: 1, tags: {} },
})
function version(about: string, number: number, digest: string, bytes: number): NewEvent[] {
  const at = number * 100
  const common = { source: 's', run: null, loggedModel: null, runLink: null, user: null, description: '' }
  const found = { ...common, version: number, stage: 'None' as const, created: at, tags: {} }
  const measured = {
    version: number,
    digest,
    bytes,
    files: 1,
    flavors: [],
    inputs: null,
    outputs: null,
    modelBytes: null,
  }
  return [
    { type: 'version.found', at, about, data: found },
    { type: 'version.measured', at, about, data: measured },
  ]
}
const run = (id: string, experiment: string): NewEvent => ({
  type: 'run.found',
  at: 1,
  about: id,
  data: { name: id, experiment, source: 'csv', path: id, started: null },
})

const worldOf = (state: State) => ({ state, series: new Map(), presence: new Map() })

describe('projectOf', () => {
  test.each([
    ['experiments', 'cifar10', 'vision'],
    ['experiments', 'Cifar10', null],
    ['models', 'vision-net', 'vision'],
    ['models', 'cifar10', null],
  ] as const)('of %s %s is %s', (kind, name, expected) => {
    expect(projectOf(folded(setting([vision])), kind, name)).toBe(expected)
  })

  test('is the first that fits', () => {
    expect(projectOf(folded(setting([vision, all])), 'experiments', 'cifar')).toBe('vision')
    expect(projectOf(folded(setting([all, vision])), 'experiments', 'cifar')).toBe('all')
  })

  test('is one of those that are configured, or none, whatever the name', () => {
    const state = folded(setting([vision]))
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(projectOf(state, 'models', name)).toBe(name.startsWith('vision-') ? 'vision' : null)
      }),
    )
  })
})

describe('the config of a hub', () => {
  const wanted = { vision: { experiments: ['cifar*'], models: ['vision-*'], quotaBytes: 1000 } }

  test('is told once, and again when it has changed', () => {
    const first = projectEvents(emptyState, wanted, 1)
    const state = folded(...first)
    expect([...state.projects.values()]).toEqual([vision])
    expect(projectEvents(state, wanted, 2)).toEqual([])
    const [event] = projectEvents(state, {}, 3)
    expect(folded(...first, event!).projects.size).toBe(0)
  })

  test('is nothing to tell where there are no projects', () => {
    expect(projectEvents(emptyState, {}, 1)).toEqual([])
  })
})

describe('a quota', () => {
  const events = (...versions: NewEvent[][]) => [setting([vision]), model('vision-net'), ...versions.flat()]

  test('counts equal files once, and no files of other models', () => {
    const state = folded(
      ...events(
        version('vision-net', 1, 'a', 400),
        version('vision-net', 2, 'a', 400),
        version('other', 1, 'b', 9e9),
      ),
    )
    expect(projectUse(state, 'vision')).toEqual({ models: 1, versions: 2, bytes: 400, nearlyFull: null })
    expect(projectUse(state, 'none').bytes).toBe(0)
  })

  test('calls from more than 90 % on, since the version that took it there', () => {
    const most = version('vision-net', 1, 'a', 900)
    expect(alertsOf(worldOf(folded(...events(most))), 1000)).toEqual([])
    const state = folded(
      ...events(most, version('vision-net', 2, 'b', 1), version('vision-net', 3, 'c', 200)),
    )
    expect(alertsOf(worldOf(state), 1000)).toMatchObject([
      {
        id: 'project.quota:vision',
        rule: 'project.quota',
        severity: 'warning',
        opened: 200,
        text: 'project vision uses 1.1K of its 1000B (110 %)',
      },
    ])
  })

  test('that does not exist never calls', () => {
    const state = folded(setting([{ ...vision, quotaBytes: null }]), ...version('vision-net', 1, 'a', 9e15))
    expect(alertsOf(worldOf(state), 1000)).toEqual([])
  })
})

describe('nouns', () => {
  const state = folded(
    setting([vision]),
    model('vision-net'),
    ...version('vision-net', 1, 'a', 250),
    model('text'),
    run('r1', 'cifar10'),
    run('r2', 'gpt'),
  )
  const column = (noun: string, path: string) =>
    findResource(noun)!
      .items(worldOf(state), 1000)
      .map((item) => [item.id, item.field(path)])

  test('of runs, experiments, models and versions tell the project', () => {
    expect(column('runs', 'project')).toEqual([
      ['r1', 'vision'],
      ['r2', null],
    ])
    expect(column('experiments', 'project')).toEqual([
      ['cifar10', 'vision'],
      ['gpt', null],
    ])
    expect(column('models', 'project')).toEqual([
      ['vision-net', 'vision'],
      ['text', null],
    ])
    expect(column('versions', 'project')).toEqual([['vision-net/1', 'vision']])
  })

  test('projects tell what they hold', () => {
    const [item] = findResource('projects')!.items(worldOf(state), 1000)
    expect(item!.record()).toMatchObject({
      name: 'vision',
      runs: 1,
      models: 1,
      versions: 1,
      bytes: 250,
      quota: 1000,
      used: 0.25,
    })
    expect(item!.text('used', 1000)).toBe('25 %')
    expect(item!.openFilter()).toBe('project="vision"')
  })
})
