import { test } from 'vitest'
import { createRows } from '/work/main/src/tui/app/rows.ts'
import { emptyState } from '/work/main/src/core/state.ts'
import { apply } from '/work/main/src/core/apply.ts'
import { createChanges } from '/work/main/src/core/changes.ts'
import { parseSort } from '/work/main/src/resources/sort.ts'
test('perf', () => {
  let seq = 0
  const ev = (type: string, about: string, data: unknown, at = 1e12) => ({ seq: ++seq, at: at + seq, type, about, by: 'hub', data }) as never
  const events = []
  for (let m = 0; m < 1000; m++) events.push(ev('model.found', `model-${m}`, { description: '', created: 1e12 + m, tags: {} }))
  for (let v = 1; v <= 100; v++) for (let m = 0; m < 1000; m++) events.push(ev('version.found', `model-${m}`, { version: v, source: 's', run: null, loggedModel: null, runLink: null, user: null, description: '', stage: 'None', created: 1e12 + v * 1000 + m, tags: {} }))
  for (let m = 0; m < 1000; m++) events.push(ev('alias.moved', `model-${m}`, { alias: 'champion', version: 50 }))
  let t = performance.now()
  const lap = (name: string) => { const n = performance.now(); console.log(name, (n - t).toFixed(1)); t = performance.now() }
  let state = apply(emptyState, events); lap('fold')
  const changes = createChanges(), series = new Map()
  const rows = createRows()
  let version = 0
  const src = () => ({ world: { state, series, presence: new Map(), changes }, version: ++version, now: 2e12 })
  let s = src(); (globalThis as any).gc?.(); t = performance.now()
  rows(s, { resource: 'models', filter: '', sort: parseSort('-updated') }); lap('models list')
  rows(s, { resource: 'models', filter: 'model-77', sort: parseSort('-updated') }); lap('models filter')
  rows(s, { resource: 'versions', filter: 'model="model-7"', sort: parseSort('-created') }); lap('open a model')
  rows(s, { resource: 'versions', filter: 'model="model-8"', sort: parseSort('-created') }); lap('open another')
  rows(s, { resource: 'versions', filter: '', sort: parseSort('-created') }); lap('versions list')
  rows(s, { resource: 'versions', filter: 'champion', sort: parseSort('-created') }); lap('versions filter word')
  rows(s, { resource: 'versions', filter: 'champions', sort: parseSort('-created') }); lap('versions filter word 2')
  rows(s, { resource: 'versions', filter: 'version>50', sort: parseSort('-created') }); lap('versions filter field')
  state = apply(state, [ev('alias.moved', 'model-7', { alias: 'champion', version: 60 })]); lap('fold one move')
  s = src(); 
  console.log(rows(s, { resource: 'versions', filter: 'aliases=champion', sort: parseSort('-created') }).items.length); lap('versions after move, filter')
  rows(s, { resource: 'models', filter: '', sort: parseSort('-updated') }); lap('models after move')
  state = apply(state, [ev('version.found', 'model-7', { version: 101, source: 's', run: null, loggedModel: null, runLink: null, user: null, description: '', stage: 'None', created: 3e12, tags: {} })]); lap('fold new version')
  s = src(); rows(s, { resource: 'versions', filter: 'model="model-7"', sort: parseSort('-created') }); lap('versions after new')
  rows(s, { resource: 'models', filter: '', sort: parseSort('-updated') }); lap('models after new')
})
