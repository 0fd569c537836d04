// `promote`, `rollback`, `registry`, `lineage` and `compare` of versions.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { registryTables } from '../frames/registry.ts'
import { mlops } from './terminal.ts'
import { host, linkTo, NOW, type Parts, run } from './world.ts'

const data = (digest: string) => ({
  name: 'customers',
  digest,
  sourceType: 's3',
  source: '{}',
  schema: null,
  profile: null,
  tags: {},
})
const history = '[{"model_uuid":"x","model_size_bytes":2048}]'

const parts: Parts = {
  registry: registryTables(NOW),
  hosts: [host('h-train', { name: 'gpu-1' })],
  runs: [
    run('run0002', {
      name: 'newest',
      params: { lr: '0.1', opt: 'adam' },
      tags: { 'mlflow.source.git.commit': 'bbb', 'mlflow.log-model.history': history },
      datasets: [data('d2')],
    }),
    run('run0006', {
      name: 'older',
      params: { lr: '0.2', opt: 'adam' },
      tags: { 'git.commit': 'aaa', 'mlflow.log-model.history': '{"no":"list"' },
      datasets: [data('d1')],
    }),
  ],
  points: { run0002: { auc: [[1, NOW, 0.9]] }, run0006: { auc: [[1, NOW, 0.8]] } },
}

async function said(...argv: string[]) {
  const link = linkTo(parts)
  return { ...(await mlops(argv, { link })), acted: link.acted }
}

describe('promote', () => {
  it.each([
    [['churn', '3'], { alias: 'champion', version: 3, expected: 2 }, 'champion of churn: 2 -> 3'],
    [['chu', '3', '--alias', 'new'], { alias: 'new', version: 3, expected: null }, 'new of churn: none -> 3'],
    [['churn', '3', '--expect', '1'], { version: 3, expected: 1 }, '2 -> 3'],
    [['churn', '3', '--expect', 'none'], { version: 3, expected: null }, '2 -> 3'],
    [['churn', '3', '--reason', 'better'], { version: 3, note: 'better' }, '2 -> 3'],
  ])('%j moves the alias from where it is seen to stand', async (argv, action, told) => {
    const { code, acted, out } = await said('promote', ...argv)
    expect([code, acted.length]).toEqual([0, 1])
    expect(acted[0]).toMatchObject({ action: 'alias.move', about: 'churn', ...action })
    expect(out).toContain(told)
  })

  it('does nothing where it stands there already', async () => {
    const { code, out, acted } = await said('promote', 'churn', '2')
    expect([code, out, acted]).toEqual([0, 'champion of churn stands for version 2 already\n', []])
  })

  it.each([
    [['none', '1'], 3, 'no model "none"'],
    [['churn', '9'], 3, 'churn has no version 9'],
    [['churn', 'x'], 2, 'x is not a version'],
    [['churn', '0'], 2, '0 is not a version'],
    [['churn', '3', '--expect', 'no'], 2, 'is not what --expect takes'],
    [['churn'], 2, 'needs its version'],
  ])('%j is code %d and reaches no hub', async (argv, expected, reason) => {
    const { code, err, acted } = await said('promote', ...argv)
    expect([code, acted]).toEqual([expected, []])
    expect(err).toContain(reason)
  })
})

describe('rollback', () => {
  it.each([
    [['churn'], 1],
    [['churn', '--to', '3'], 3],
  ])('%j moves the alias back to version %d', async (argv, version) => {
    const { code, acted, out } = await said('rollback', ...argv)
    expect([code, out]).toEqual([0, `champion of churn: 2 -> ${version}\n`])
    expect(acted).toEqual([{ action: 'alias.move', about: 'churn', alias: 'champion', version, expected: 2 }])
  })

  it('says where there is nothing to go back to', async () => {
    const { code, err, acted } = await said('rollback', 'ranker')
    expect([code, acted]).toEqual([3, []])
    expect(err).toContain('stood for no other version before')
  })
})

describe('registry', () => {
  it.each([
    [['describe', 'churn', 'who leaves'], { action: 'registry.describe', description: 'who leaves' }],
    [['describe', 'churn/2', ''], { action: 'registry.describe', version: 2, description: '' }],
    [['tag', 'churn/2', 'a=b=c'], { action: 'registry.tag', version: 2, key: 'a', value: 'b=c' }],
    [['untag', 'churn', 'a'], { action: 'registry.tag', key: 'a', value: null }],
    [['stage', 'churn/2', 'archived'], { action: 'version.stage', version: 2, stage: 'Archived' }],
    [['unalias', 'churn', 'champion'], { action: 'alias.move', alias: 'champion', version: null }],
    [['delete', 'churn/1'], { action: 'registry.delete', version: 1 }],
    [['restore', 'churn'], { action: 'registry.restore' }],
  ])('%j is sent as it is meant', async (argv, action) => {
    const { code, acted } = await said('registry', ...argv)
    expect([code, acted]).toEqual([0, [{ about: 'churn', ...action }]])
  })

  it.each([
    [['drop', 'churn'], 'one of describe'],
    [['constructor', 'churn'], 'one of describe'],
    [['tag', 'churn', 'novalue'], 'write KEY=VALUE'],
    [['tag', 'churn'], 'the tag is missing'],
    [['stage', 'churn', 'Archived'], 'only versions have a stage'],
    [['stage', 'churn/1', 'gold'], 'is no stage'],
    [['verify', 'churn'], 'only the files of versions are measured'],
    [['tag', 'churn', '--card', 'x.md'], '--card goes with describe alone'],
    [['describe', 'churn', 'text', '--card', 'x.md'], '--card goes with describe alone'],
  ])('%j is bad usage', async (argv, reason) => {
    const { code, err, acted } = await said('registry', ...argv)
    expect([code, acted]).toEqual([2, []])
    expect(err).toContain(reason)
  })
})

describe('registry describe --card', () => {
  const folder = mkdtempSync(join(tmpdir(), 'card-'))
  const card = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  afterAll(() => rmSync(folder, { recursive: true }))

  it('stores the text of the file', async () => {
    const { code, acted } = await said(
      'registry',
      'describe',
      'churn/2',
      '--card',
      card('a.md', '# Churn\r\n- x\n'),
    )
    const description = '# Churn\n- x\n'
    expect([code, acted]).toEqual([
      0,
      [{ about: 'churn', version: 2, action: 'registry.describe', description }],
    ])
  })

  it('is code 3 for a file that is not there, 2 for one that no description holds', async () => {
    expect((await said('registry', 'describe', 'churn', '--card', join(folder, 'none'))).code).toBe(3)
    const long = await said('registry', 'describe', 'churn', '--card', card('b.md', 'x'.repeat(100_001)))
    expect([long.code, long.acted]).toEqual([2, []])
    expect(long.err).toContain('longer than 100000 characters')
  })
})

describe('lineage', () => {
  it('tells the digest of a version whose files were measured, and that they have changed since', async () => {
    const registry = registryTables(NOW)
    const id = 'churn/2'
    const measured = {
      digest: 'ab'.repeat(32),
      bytes: 1,
      files: 1,
      flavors: [],
      inputs: null,
      outputs: null,
      modelBytes: null,
    }
    const verified = { at: NOW, by: 'user:ada', differs: ['x is missing'] }
    const versions = new Map(registry.versions).set(id, { ...registry.versions.get(id)!, measured, verified })
    const { out } = await mlops(['lineage', id, '--down'], {
      link: linkTo({ ...parts, registry: { ...registry, versions } }),
    })
    expect(out.split('\n')[0]).toBe(
      'churn/2  version  sha256 abababababab  stale: its files are not as they were registered',
    )
  })

  it('prints a tree both ways', async () => {
    const { out } = await said('lineage', 'churn@champion')
    expect(out.split('\n')).toEqual([
      'churn/2  version',
      'comes from:',
      '<- older  run (registered)',
      '   <- customers@d1  dataset (used)  stale: d2 is newer',
      '   <- aaa  commit (code)',
      '   <- gpu-1  host (ran)',
      'came of it:',
      '-> churn@champion  alias (alias)',
      '-> churn  model (version)',
      '',
    ])
  })

  it('prints nodes and edges as JSON, one way where asked', async () => {
    const { out } = await said('lineage', 'churn/1', '--down', '-o', 'json')
    expect(JSON.parse(out)).toEqual({
      root: 'version:churn/1',
      nodes: [
        {
          id: 'version:churn/1',
          kind: 'version',
          name: 'churn/1',
          stale: 'no alias, and older than champion 2',
        },
        { id: 'model:churn', kind: 'model', name: 'churn', stale: null },
      ],
      edges: [{ from: 'version:churn/1', to: 'model:churn', kind: 'version' }],
      cut: false,
    })
  })

  it.each([['older'], ['run0006'], ['churn'], ['customers@d1'], ['customers'], ['gpu-1']])(
    'is found by %s',
    async (word) => expect((await said('lineage', word)).code).toBe(0),
  )

  it('of nothing that is known is code 3', async () => {
    expect((await said('lineage', 'nowhere')).code).toBe(3)
  })
})

describe('compare', () => {
  it('puts versions side by side: what they are, data, params, metrics', async () => {
    const { out } = await said('compare', 'churn@champion', 'churn/3', '-o', 'json')
    const lines = JSON.parse(out) as { kind: string; name: string; stat: string | null; values: object }[]
    const of = (name: string) => lines.find((line) => line.name === name)?.values
    expect(of('commit')).toEqual({ 'churn/2': 'aaa', 'churn/3': 'bbb' })
    expect(of('aliases')).toEqual({ 'churn/2': 'champion', 'churn/3': null })
    expect(of('customers')).toEqual({ 'churn/2': 'd1', 'churn/3': 'd2' })
    expect(of('bytes')).toEqual({ 'churn/2': null, 'churn/3': 2048 })
    expect(of('lr')).toEqual({ 'churn/2': '0.2', 'churn/3': '0.1' })
    expect(of('auc')).toEqual({ 'churn/2': 0.8, 'churn/3': 0.9 })
    expect(of('opt')).toBeUndefined()
  })

  it('a version with itself is bad usage', async () => {
    expect((await said('compare', 'churn@champion', 'churn/2')).code).toBe(2)
  })
})

describe('describe', () => {
  it('a model shows who moved its aliases from where to where, when and why', async () => {
    const { out } = await said('describe', 'models', 'churn')
    expect(out).toMatch(/champion +1 +2 +bob +better on the June holdout/)
  })
})
