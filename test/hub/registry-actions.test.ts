// What people do to the registry through a hub: the same door as for clients of the API, with who and why in the history.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RemoteLink } from '../../src/client/remote-link.ts'
import { Refused } from '../../src/core/link.ts'
import type { RegistryAction } from '../../src/core/registry-action.ts'
import { versionBefore } from '../../src/core/registry-lookup.ts'
import type { AliasMove } from '../../src/core/registry-state.ts'
import { Hub } from '../../src/hub/hub.ts'
import { createHubBackend } from '../../src/hub/mlflow-backend.ts'
import { admit } from '../../src/hub/server.ts'
import { createArtifactFolder } from '../../src/mlflow/artifact-folder.ts'
import type { Asked } from '../../src/mlflow/reply.ts'
import { createMlflow } from '../../src/mlflow/service.ts'
import { memoryChannels } from '../../src/protocol/channel.ts'
import { FromConsole } from '../../src/protocol/console.ts'
import type { AgentEvent } from '../../src/protocol/events.ts'
import { openStore, type Store } from '../../src/store/store.ts'

let folder: string
let store: Store
let hub: Hub
let clock: number

function open(protectedAliases: readonly string[] = []): void {
  hub = new Hub({ store, now: () => clock, protectedAliases })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registry-'))
  clock = 1_000_000
  store = openStore(join(folder, 'store.db'))
  open()
})
afterEach(() => {
  hub.close()
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

const found = (model: string): AgentEvent => ({
  type: 'model.found',
  at: clock,
  about: model,
  data: { description: '', created: clock, tags: {} },
})
const versionFound = (model: string, version: number): AgentEvent => ({
  type: 'version.found',
  at: clock,
  about: model,
  data: {
    version,
    source: `s${version}`,
    run: `run${version}`,
    loggedModel: null,
    runLink: null,
    user: null,
    description: 'made by hand',
    stage: 'None',
    created: clock,
    tags: { k: 'v' },
  },
})
const seed = (model: string, versions: number) =>
  hub.write({
    by: 'hub',
    events: [found(model), ...Array.from({ length: versions }, (_, i) => versionFound(model, i + 1))],
  })

const act = (action: RegistryAction, by = 'ada') => hub.act(action, by)
const move = (version: number | null, more: object = {}, by = 'ada') =>
  act({ action: 'alias.move', about: 'm', alias: 'champion', version, ...more }, by)
const model = (name = 'm') => hub.world().state.models.get(name)!
const refusal = async (work: Promise<void>): Promise<Refused> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Refused)
  return error as Refused
}

async function rest(method: string, path: string, body: object): Promise<number> {
  const mlflow = createMlflow(createHubBackend(hub, createArtifactFolder(join(folder, 'artifacts'))))
  const asked: Asked = {
    method,
    path: `/api/2.0/mlflow/${path}`,
    query: '',
    type: 'application/json',
    read: async () => Buffer.from(JSON.stringify(body)),
  }
  return (await mlflow.answer(asked))!.status
}
const restMove = (version: number, more: object = {}) =>
  rest('POST', 'registered-models/alias', { name: 'm', alias: 'champion', version: String(version), ...more })

describe('an alias', () => {
  beforeEach(() => seed('m', 3))

  test('keeps who moved it from where to where, when and why', async () => {
    await move(1)
    clock += 5
    await move(2, { expected: 1, note: 'better AUC' }, 'bob')
    await restMove(3)
    await move(null)
    expect(model().aliases).toEqual({})
    expect(model().moves).toEqual([
      { alias: 'champion', from: null, to: 1, at: 1_000_000, by: 'user:ada', reason: null },
      { alias: 'champion', from: 1, to: 2, at: 1_000_005, by: 'user:bob', reason: 'better AUC' },
      { alias: 'champion', from: 2, to: 3, at: 1_000_005, by: 'hub', reason: null },
      { alias: 'champion', from: 3, to: null, at: 1_000_005, by: 'user:ada', reason: null },
    ])
  })

  test('is not moved over what somebody else did meanwhile', async () => {
    await move(1)
    await restMove(2)
    const { message, hint } = await refusal(move(3, { expected: 1 }))
    expect(message).toBe("Alias 'champion' of 'm' stands for version 2, not for version 1 as expected")
    expect(hint).toContain('mlops get models')
    expect(model().aliases.champion).toBe(2)
  })

  test('goes back to where it stood before, and twice comes back', async () => {
    const back = () => versionBefore(hub.world().state, model(), 'champion')
    expect(back()).toBeUndefined()
    await move(1)
    expect(back()).toBeUndefined()
    await move(2)
    expect(back()).toBe(1)
    await move(1)
    expect(back()).toBe(2)
    await move(3)
    await act({ action: 'registry.delete', about: 'm', version: 1 })
    expect(back()).toBe(2)
  })

  test('that is protected is moved by people and not by clients of the API', async () => {
    hub.close()
    open(['champion'])
    expect(await restMove(1)).toBe(403)
    expect(model().aliases).toEqual({})
    await move(1)
    expect(model().aliases).toEqual({ champion: 1 })
    expect(await rest('DELETE', 'registered-models/alias', { name: 'm', alias: 'champion' })).toBe(403)
    const other = { name: 'm', alias: 'challenger', version: '2' }
    expect(await rest('POST', 'registered-models/alias', other)).toBe(200)
  })

  test.each([
    [{ action: 'alias.move', about: 'none', alias: 'champion', version: 1 }, 'not found'],
    [{ action: 'alias.move', about: 'm', alias: 'champion', version: 9 }, 'not found'],
    [{ action: 'alias.move', about: 'm', alias: 'a b', version: 1 }, 'alphanumerics'],
    [{ action: 'registry.tag', about: 'm', version: 9, key: 'k', value: 'v' }, 'not found'],
    [{ action: 'registry.delete', about: 'none' }, 'not found'],
    [{ action: 'registry.restore', about: 'm', version: 2 }, 'was not deleted in the last 30 days'],
  ] as [RegistryAction, string][])('%j is refused', async (action, reason) => {
    expect((await refusal(act(action))).message).toContain(reason)
  })
})

describe('models and versions', () => {
  beforeEach(() => seed('m', 2))
  const version = (number: number) => hub.world().state.versions.get(`m/${number}`)

  test('are described, tagged and staged by people', async () => {
    await act({ action: 'registry.describe', about: 'm', description: 'who leaves' })
    await act({ action: 'registry.describe', about: 'm', version: 1, description: 'first' })
    await act({ action: 'registry.tag', about: 'm', key: 'team', value: 'risk' })
    await act({ action: 'registry.tag', about: 'm', version: 1, key: 'ok', value: 'yes' })
    await act({ action: 'registry.tag', about: 'm', version: 1, key: 'k', value: null })
    await act({ action: 'version.stage', about: 'm', version: 1, stage: 'Archived' })
    expect(model()).toMatchObject({ description: 'who leaves', tags: { team: 'risk' } })
    expect(version(1)).toMatchObject({ description: 'first', tags: { ok: 'yes' }, stage: 'Archived' })
    expect(store.events({ since: 0, limit: 100, about: 'm' }).at(-1)!.by).toBe('user:ada')
  })

  test('are not deleted while an alias stands for them', async () => {
    await move(1)
    expect((await refusal(act({ action: 'registry.delete', about: 'm', version: 1 }))).message).toContain(
      "alias 'champion' stands for it",
    )
    await refusal(act({ action: 'registry.delete', about: 'm' }))
    expect(version(1)).toBeDefined()
  })

  test('come back as they were within 30 days', async () => {
    const before = version(1)
    await act({ action: 'registry.delete', about: 'm', version: 1 })
    expect(version(1)).toBeUndefined()
    clock += 30 * 86_400_000
    await act({ action: 'registry.restore', about: 'm', version: 1 })
    expect(version(1)).toEqual({ ...before, updated: clock })
    expect((await refusal(act({ action: 'registry.restore', about: 'm', version: 1 }))).message).toContain(
      'is there',
    )
    await act({ action: 'registry.delete', about: 'm', version: 2 })
    clock += 30 * 86_400_000 + 1
    await refusal(act({ action: 'registry.restore', about: 'm', version: 2 }))
  })

  test('a model comes back with its versions and its history, unless another has its name', async () => {
    await move(2)
    await move(null)
    const [before, versions] = [model(), [...hub.world().state.versions.values()]]
    await act({ action: 'registry.delete', about: 'm' })
    expect(hub.world().state.versions.size).toBe(0)
    clock += 1000
    await act({ action: 'registry.restore', about: 'm' })
    expect(model()).toEqual({ ...before, updated: clock })
    expect([...hub.world().state.versions.values()]).toEqual(
      versions.map((one) => ({ ...one, updated: clock })),
    )
    await act({ action: 'registry.delete', about: 'm' })
    await hub.write({ by: 'hub', events: [found('m')] })
    expect((await refusal(act({ action: 'registry.restore', about: 'm' }))).message).toContain(
      'already exists',
    )
  })

  test('a console far away acts and is refused as one in this process, and sees what came of it', async () => {
    const link = new RemoteLink({
      connect: async () => {
        const [mine, theirs] = memoryChannels()
        admit(hub, theirs, 'test')
        return mine
      },
      where: 'a test',
      version: 'test',
    })
    await link.open()
    try {
      const asked = {
        action: 'alias.move',
        about: 'm',
        alias: 'champion',
        version: 2,
        expected: null,
      } as const
      await link.act({ ...asked, note: 'first' })
      const refused = await link.act({ ...asked, version: 1 }).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(Refused)
      await expect.poll(() => link.world().state.models.get('m')).toEqual(model())
      expect(model().moves).toMatchObject([{ to: 2, reason: 'first', by: `user:${userInfo().username}` }])
      expect((await link.events({ since: 0, limit: 10, about: 'm' })).at(-1)!.type).toBe('alias.moved')
    } finally {
      link.close()
    }
  })

  test('what comes over the wire is read as it was sent, and refused where it is none', () => {
    const sent = {
      type: 'do',
      id: 1,
      by: 'ada',
      action: { action: 'alias.move', about: 'm', alias: 'a', version: null },
    }
    expect(FromConsole.safeParse(sent)).toMatchObject({ success: true, data: sent })
    for (const version of [0, -1, 1.5, '1', undefined])
      expect(FromConsole.safeParse({ ...sent, action: { ...sent.action, version } }).success).toBe(false)
  })
})

type Step =
  | { readonly by: 'rest' | 'ada' | 'bob'; readonly to: number | null; readonly expected?: number | null }
  | { readonly remove: number }

const target = fc.constantFrom(null, 1, 2, 3)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      { by: fc.constantFrom('rest', 'ada', 'bob'), to: target, expected: target },
      { requiredKeys: ['by', 'to'] },
    ) as fc.Arbitrary<Step>,
  },
  { weight: 1, arbitrary: fc.record({ remove: fc.constantFrom(1, 2, 3) }) },
)

async function take(one: Step): Promise<void> {
  if ('remove' in one) return act({ action: 'registry.delete', about: 'm', version: one.remove })
  const { by, to, expected } = one
  if (by !== 'rest') return move(to, expected === undefined ? {} : { expected }, by)
  const more = expected === undefined ? {} : { expected_version: expected }
  if (to === null) await rest('DELETE', 'registered-models/alias', { name: 'm', alias: 'champion', ...more })
  else await restMove(to, more)
}

/** What the alias stands for by its history alone; throws where a move does not begin where the one before ended. */
const explained = (moves: readonly AliasMove[]): number | null =>
  moves.reduce<number | null>((at, { from, to }) => {
    expect(from).toBe(at)
    expect(to).not.toBe(at)
    return to
  }, null)

test('any interleaving of moves by people and clients leaves a history that explains the state', async () => {
  let round = 0
  const property = fc.asyncProperty(
    fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 4 }),
    async (clients) => {
      await hub.write({
        by: 'hub',
        events: [{ type: 'model.renamed', at: clock, about: 'm', data: { name: `old${round++}` } }],
      })
      await seed('m', 3)
      // Each client waits for its own answers and for nobody else's.
      await Promise.all(
        clients.map(async (steps) => {
          for (const one of steps) await take(one).catch((error) => expect(error).toBeInstanceOf(Refused))
        }),
      )
      const { moves = [], aliases } = model()
      expect(explained(moves)).toBe(aliases.champion ?? null)
      if (aliases.champion !== undefined)
        expect(hub.world().state.versions.has(`m/${aliases.champion}`)).toBe(true)
      const told = store
        .events({ since: 0, limit: 5000, about: 'm' })
        .filter(({ type }) => type === 'alias.moved')
      expect(told.slice(told.length - moves.length).map(({ by, at }) => ({ by, at }))).toEqual(
        moves.map(({ by, at }) => ({ by, at })),
      )
    },
  )
  await fc.assert(property, { numRuns: 40 })
})
