// Aliases: names, moves with an expectation, and moves that meet each other.
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Backend } from '../../src/mlflow/backend.ts'
import { MlflowError } from '../../src/mlflow/errors.ts'
import { aliasRoutes } from '../../src/mlflow/model-aliases.ts'
import { modelVersionRoutes } from '../../src/mlflow/model-versions.ts'
import { registeredModelRoutes } from '../../src/mlflow/registered-models.ts'
import { createMemoryBackend, type MemoryBackend } from './memory-backend.ts'

const routes = [...aliasRoutes, ...modelVersionRoutes, ...registeredModelRoutes]

async function call(backend: Backend, method: string, path: string, input: object): Promise<object> {
  const route = routes.find((one) => one.path === path && (one.methods as readonly string[]).includes(method))
  return route!.answer(backend, input)
}

/** The code of the refusal, or `done`. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    expect(error).toBeInstanceOf(MlflowError)
    return (error as MlflowError).code
  }
}

async function modelWith(backend: Backend, versions: number): Promise<void> {
  await call(backend, 'POST', 'registered-models/create', { name: 'm' })
  for (let i = 0; i < versions; i++)
    await call(backend, 'POST', 'model-versions/create', { name: 'm', source: 's' })
}

let backend: MemoryBackend
beforeEach(() => {
  backend = createMemoryBackend()
})
afterEach(() => backend.remove())

const set = (version: number, more: object = {}) =>
  call(backend, 'POST', 'registered-models/alias', {
    name: 'm',
    alias: 'champion',
    version: String(version),
    ...more,
  })
const unset = (more: object = {}) =>
  call(backend, 'DELETE', 'registered-models/alias', { name: 'm', alias: 'champion', ...more })
const get = (alias = 'champion') => call(backend, 'GET', 'registered-models/alias', { name: 'm', alias })
const standing = () => backend.state().models.get('m')!.aliases.champion
const moves = () =>
  backend.writes.flatMap(({ events }) => events).filter(({ type }) => type === 'alias.moved')

describe('an alias', () => {
  beforeEach(() => modelWith(backend, 3))

  test('stands for one version, moves, and goes', async () => {
    await set(1)
    expect(await get()).toMatchObject({ model_version: { version: '1', aliases: ['champion'] } })
    await set(2)
    expect(await get()).toMatchObject({ model_version: { version: '2' } })
    await unset()
    await expect(get()).rejects.toThrow('Registered model alias champion not found.')
    await unset()
    expect(moves().length).toBe(3)
  })

  test('is refused for a version or a model that is not there', async () => {
    expect(await outcome(set(9))).toBe('RESOURCE_DOES_NOT_EXIST')
    expect(await outcome(set(1, { name: 'other' }))).toBe('RESOURCE_DOES_NOT_EXIST')
    expect(await outcome(unset({ name: 'other' }))).toBe('RESOURCE_DOES_NOT_EXIST')
  })

  test.each([[''], ['latest'], ['Latest'], ['v1'], ['V12'], ['a b'], ['a/b'], ['é'], ['x'.repeat(256)]])(
    'may not be called %j',
    async (alias) => {
      expect(await outcome(set(1, { alias }))).toBe('INVALID_PARAMETER_VALUE')
      expect(moves()).toEqual([])
    },
  )

  test.each([['constructor'], ['__proto__'], ['v1a'], ['-'], ['x'.repeat(255)]])(
    'may be called %s',
    async (alias) => {
      expect(await outcome(get(alias))).toBe('INVALID_PARAMETER_VALUE')
      await set(1, { alias })
      expect(await get(alias)).toMatchObject({ model_version: { version: '1' } })
    },
  )

  test('moves only from where its mover expects it; the event tells what was expected', async () => {
    await set(1, { expected_version: null })
    await set(2, { expected_version: '1' })
    await expect(set(3, { expected_version: 1 })).rejects.toMatchObject({
      code: 'RESOURCE_CONFLICT',
      message: "Alias 'champion' of 'm' stands for version 2, not for version 1 as expected.",
    })
    expect(await outcome(set(3, { expected_version: null }))).toBe('RESOURCE_CONFLICT')
    expect(await outcome(unset({ expected_version: 3 }))).toBe('RESOURCE_CONFLICT')
    expect(standing()).toBe(2)
    await unset({ expected_version: 2 })
    expect(moves().map(({ data }) => data)).toEqual([
      { alias: 'champion', version: 1, expected: null },
      { alias: 'champion', version: 2, expected: 1 },
      { alias: 'champion', version: null, expected: 2 },
    ])
  })

  test('is not moved twice by a request that is sent again', async () => {
    await set(1)
    await set(2, { expected_version: 1 })
    await set(2, { expected_version: 1 })
    expect(moves().length).toBe(2)
  })

  test('stays when the write fails, and can be moved after', async () => {
    backend.beforeWrite = async () => {
      throw new MlflowError('TEMPORARILY_UNAVAILABLE', 'disk')
    }
    expect(await outcome(set(1))).toBe('TEMPORARILY_UNAVAILABLE')
    backend.beforeWrite = async () => {}
    expect(standing()).toBeUndefined()
    expect(await outcome(set(1))).toBe('done')
  })
})

interface Request {
  readonly to: number | null
  readonly expected: number | null | undefined
}

const anyVersion = fc.constantFrom(null, 1, 2, 3)
const request: fc.Arbitrary<Request> = fc.record({
  to: anyVersion,
  expected: fc.oneof(anyVersion, fc.constant(undefined)),
})

const send = (memory: Backend, { to, expected }: Request): Promise<string> => {
  const input = {
    name: 'm',
    alias: 'champion',
    ...(expected !== undefined && { expected_version: expected }),
  }
  return outcome(
    to === null
      ? call(memory, 'DELETE', 'registered-models/alias', input)
      : call(memory, 'POST', 'registered-models/alias', { ...input, version: to }),
  )
}

/** What one request after the other would have come to. */
function explained(requests: readonly Request[]): { outcomes: string[]; moves: (number | null)[] } {
  let current: number | null = null
  const moved: (number | null)[] = []
  const outcomes = requests.map(({ to, expected }) => {
    if (current === to) return 'done'
    if (expected !== undefined && expected !== current) return 'RESOURCE_CONFLICT'
    current = to
    moved.push(to)
    return 'done'
  })
  return { outcomes, moves: moved }
}

test('moves that meet each other, with writes that take their time, come to what one after the other would', async () => {
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.array(request, { minLength: 1, maxLength: 8 }),
    async (scheduler, requests) => {
      const memory = createMemoryBackend()
      try {
        await modelWith(memory, 3)
        const before = memory.writes.length
        memory.beforeWrite = () => scheduler.schedule(Promise.resolve(), 'write')
        const sent = Promise.all(requests.map((one) => send(memory, one)))
        const outcomes = await scheduler.waitFor(sent)
        const history = memory.writes.slice(before).flatMap(({ events }) => events)
        const moved = history.map(({ data }) => (data as { version: number | null }).version)
        expect({ outcomes, moves: moved }).toEqual(explained(requests))
        expect(memory.state().models.get('m')!.aliases.champion ?? null).toBe(moved.at(-1) ?? null)
      } finally {
        memory.remove()
      }
    },
  )
  await fc.assert(property, { numRuns: 60 })
})

test('an alias never stands for a version that is gone, whatever deletions and moves meet', async () => {
  const step = fc.oneof(
    fc.record({ move: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ remove: fc.integer({ min: 1, max: 3 }) }),
  )
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.array(step, { maxLength: 10 }),
    async (scheduler, steps) => {
      const memory = createMemoryBackend()
      try {
        await modelWith(memory, 3)
        memory.beforeWrite = () => scheduler.schedule(Promise.resolve(), 'write')
        const sent = steps.map((one) =>
          'move' in one
            ? send(memory, { to: one.move, expected: undefined })
            : outcome(call(memory, 'DELETE', 'model-versions/delete', { name: 'm', version: one.remove })),
        )
        await scheduler.waitFor(Promise.all(sent))
        for (const event of memory.writes.flatMap(({ events }) => events))
          if (event.type === 'version.deleted')
            expect(Object.values(memory.state().models.get('m')!.aliases)).not.toContain(event.data.version)
        const target = memory.state().models.get('m')!.aliases.champion
        if (target !== undefined) expect(memory.state().versions.has(`m/${target}`)).toBe(true)
        // What was refused or done, one of them at least had its way: three versions cannot all be deleted under an alias.
        if (target === undefined && steps.some((one) => 'move' in one))
          expect(memory.state().versions.size).toBeLessThan(3)
      } finally {
        memory.remove()
      }
    },
  )
  await fc.assert(property, { numRuns: 60 })
})
