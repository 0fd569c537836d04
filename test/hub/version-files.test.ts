// Versions whose files are in the hub: measured when they are registered, verified when somebody asks.
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Refused } from '../../src/core/link.ts'
import type { ModelVersion } from '../../src/core/registry-state.ts'
import { filesIn } from '../../src/hub/files.ts'
import { Hub } from '../../src/hub/hub.ts'
import { startMeasuring } from '../../src/hub/measuring.ts'
import { createHubBackend } from '../../src/hub/mlflow-backend.ts'
import type { Reply } from '../../src/mlflow/reply.ts'
import { createMlflow } from '../../src/mlflow/service.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { mlops } from '../cli/terminal.ts'

const MODEL_FILE = `artifact_path: model
flavors:
  python_function: {loader_module: mlflow.sklearn}
  sklearn: {pickled_model: model.pkl}
model_size_bytes: 1234
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "string", "name": "city", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
`

let folder: string
let store: Store
let hub: Hub
let stop: () => void
let troubles: string[]

const filesOf = () => hub.files!()

function start(): void {
  store = openStore(join(folder, 'store.db'))
  hub = new Hub({ store, now: () => 1_000_000, files: filesIn(folder) })
  stop = startMeasuring(hub, (text) => troubles.push(text))
}

function close(): void {
  stop()
  hub.close()
  store.close()
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'version-files-'))
  troubles = []
  start()
})
afterEach(() => {
  close()
  rmSync(folder, { recursive: true, force: true })
})

const upload = async (path: string, text: string) =>
  (await filesOf()).artifacts.write(path, Readable.from([Buffer.from(text)]))

async function rest(path: string, body: object): Promise<Reply> {
  const mlflow = createMlflow(createHubBackend(hub, (await filesOf()).artifacts))
  const reply = await mlflow.answer({
    method: 'POST',
    path: `/api/2.0/mlflow/${path}`,
    query: '',
    type: 'application/json',
    read: async () => Buffer.from(JSON.stringify(body)),
  })
  expect(reply?.status).toBe(200)
  return reply!
}

const versionOf = (id: string): ModelVersion => hub.world().state.versions.get(id)!

/** The version as soon as it is as asked; the test's time limit is the clock. */
const whenever = (id: string, holds: (version: ModelVersion) => boolean): Promise<ModelVersion> =>
  new Promise((done) => {
    const look = () => {
      const version = hub.world().state.versions.get(id)
      if (version && holds(version)) done(version)
    }
    hub.subscribe(look)
    look()
  })
const measured = async (id: string) =>
  (await whenever(id, (version) => version.measured !== undefined)).measured!

const sha = (text: string) => createHash('sha256').update(text).digest('hex')

async function makeModel(): Promise<void> {
  await upload('1/r1/artifacts/model/MLmodel', MODEL_FILE)
  await upload('1/r1/artifacts/model/data/model.pkl', 'weights')
  await rest('registered-models/create', { name: 'churn' })
}
const register = (source = 'mlflow-artifacts:/1/r1/artifacts/model') =>
  rest('model-versions/create', { name: 'churn', source })

const verify = (target = 'churn/1') => mlops(['registry', 'verify', target], { link: hub.link() })
const fileAt = (path: string) => join(folder, 'artifacts', 'files', '1/r1/artifacts/model', path)

describe('a version whose files are in the hub', () => {
  beforeEach(makeModel)

  test('is measured when it is registered: the digest is that of what sha256sum prints, sorted by path', async () => {
    await register()
    const list = `${sha(MODEL_FILE)}  MLmodel\n${sha('weights')}  data/model.pkl\n`
    const found = await measured('churn/1')
    expect(found).toMatchObject({ digest: sha(list), bytes: MODEL_FILE.length + 7, files: 2 })
    expect(versionOf('churn/1').updated).toBe(versionOf('churn/1').created)
  })

  test('tells flavors, signature and size of its MLmodel', async () => {
    await register()
    expect(await measured('churn/1')).toMatchObject({
      flavors: ['python_function', 'sklearn'],
      inputs: [
        { name: 'age', type: 'double', optional: false },
        { name: 'city', type: 'string', optional: true },
      ],
      outputs: [{ name: '0', type: 'tensor(int64, [-1])', optional: false }],
      modelBytes: 1234,
    })
  })

  test('is measured through a copy of it too, and equal files have equal digests', async () => {
    await register()
    await register('models:/churn/1')
    expect((await measured('churn/2')).digest).toBe((await measured('churn/1')).digest)
  })

  test('is measured after a restart where the hub was stopped before', async () => {
    stop()
    await register()
    expect(versionOf('churn/1').measured).toBeUndefined()
    close()
    start()
    expect((await measured('churn/1')).files).toBe(2)
  })

  test('keeps what was measured over a restart', async () => {
    await register()
    const before = await measured('churn/1')
    close()
    start()
    expect(versionOf('churn/1').measured).toEqual(before)
  })

  test('shows digest, size and signature', async () => {
    await register()
    const { digest } = await measured('churn/1')
    const link = hub.link()
    const table = await mlops(['get', 'versions', '-o', 'json'], { link })
    expect(JSON.parse(table.out)[0]).toMatchObject({ digest, size: MODEL_FILE.length + 7 })
    const { out } = await mlops(['describe', 'version', 'churn/1'], { link })
    expect(out).toMatch(/INPUTS\nNAME +TYPE +OPTIONAL\nage +double +false/)
  })
})

describe('mlops registry verify', () => {
  beforeEach(async () => {
    await makeModel()
    await register()
    await measured('churn/1')
  })

  test('says that all is as it was, and the log who looked', async () => {
    const { code, out } = await verify()
    expect([code, out]).toEqual([0, 'churn/1: its files are as they were measured\n'])
    expect(versionOf('churn/1').verified).toMatchObject({ at: 1_000_000, differs: [] })
  })

  test('finds a byte that the disk has changed under the same size and time', async () => {
    const { atime, mtime } = statSync(fileAt('data/model.pkl'))
    writeFileSync(fileAt('data/model.pkl'), 'weightz')
    utimesSync(fileAt('data/model.pkl'), atime, mtime)
    const { code, out } = await verify()
    expect([code, out]).toEqual([1, 'churn/1: data/model.pkl has changed\n'])
  })

  test('names what is missing and what is new', async () => {
    rmSync(fileAt('MLmodel'))
    writeFileSync(fileAt('extra.txt'), 'x')
    expect((await verify()).out).toBe('churn/1: MLmodel is missing\nchurn/1: extra.txt is new\n')
  })

  test('says so where all files are gone', async () => {
    rmSync(fileAt('.'), { recursive: true })
    const { code, out } = await verify()
    expect(code).toBe(1)
    expect(out).toBe('churn/1: MLmodel is missing\nchurn/1: data/model.pkl is missing\n')
  })

  test('trusts no list that was changed too: the digest stands in the log', async () => {
    const lists = join(folder, 'artifacts', 'lists')
    for (const name of readdirSync(lists)) writeFileSync(join(lists, name), 'nothing\n')
    writeFileSync(fileAt('data/model.pkl'), 'other')
    const { code, out } = await verify()
    expect(code).toBe(1)
    expect(out).toMatch(/its digest was [0-9a-f]{64} and is [0-9a-f]{64} now/)
  })

  test('measures a version whose files came after it was registered', async () => {
    await register('mlflow-artifacts:/1/r2/artifacts/model')
    expect((await verify('churn/2')).out).toBe('churn/2: it has no files\n')
    await upload('1/r2/artifacts/model/a.txt', 'a')
    const { code, out } = await verify('churn/2')
    expect([code, out]).toEqual([0, 'churn/2: its files are measured now, for the first time\n'])
    expect(versionOf('churn/2').measured?.files).toBe(1)
  })

  test('is refused for files elsewhere, unknown versions and models', async () => {
    await register('s3://bucket/model')
    await expect(verify('churn/2')).rejects.toThrow('not in this hub, but at s3://bucket/model')
    await expect(verify('churn/9')).rejects.toThrow(Refused)
    await expect(verify('none/1')).rejects.toThrow(Refused)
    expect((await verify('churn')).code).toBe(2)
    expect(troubles).toEqual([])
  })
})
