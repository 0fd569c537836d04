// The artifact endpoints over real connections: what clients send, and what attackers send.
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createArtifactFolder } from '../../src/mlflow/artifact-folder.ts'
import { startServer, type TestServer } from './server.ts'

const BASE = '/api/2.0/mlflow-artifacts'

let server: TestServer
const faults: unknown[] = []
beforeEach(async () => {
  faults.length = 0
  server = await startServer({ onError: (error) => faults.push(error) })
})
afterEach(() => server.close())

const put = (path: string, body: string | Uint8Array) =>
  server.send(`${BASE}/artifacts/${path}`, { method: 'PUT', body })
const get = (path: string) => server.send(`${BASE}/artifacts/${path}`)
const list = (path?: string) =>
  server.send(`${BASE}/artifacts${path === undefined ? '' : `?path=${encodeURIComponent(path)}`}`)

/** Asks for a path as it is: fetch would tidy it up. */
async function ask(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  const sent = httpRequest(`${server.url}/`, { method, path })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode!, text: await text(answer) }
}

describe('the proxy', () => {
  test('takes bytes and gives them back with their length, as no page', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251)
    expect((await put('1/r/artifacts/dir/x%20y.bin', bytes)).body).toEqual({})
    const response = await fetch(`${server.url}${BASE}/artifacts/1/r/artifacts/dir/x%20y.bin`)
    expect(response.headers.get('content-length')).toBe('300000')
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
  })

  test('lists names relative to the path asked for', async () => {
    await put('1/r/artifacts/d.json', '{"a":1}')
    await put('1/r/artifacts/dir/a.txt', 'hello')
    expect((await list('1/r/artifacts')).body).toEqual({
      files: [
        { path: 'd.json', is_dir: false, file_size: 7 },
        { path: 'dir', is_dir: true },
      ],
    })
    expect((await list('1/r/artifacts/dir/')).body.files).toEqual([
      { path: 'a.txt', is_dir: false, file_size: 5 },
    ])
    expect((await list()).body).toEqual({ files: [{ path: '1', is_dir: true }] })
    for (const path of ['1/r/artifacts/d.json', 'nothing']) expect((await list(path)).body).toEqual({})
  })

  test('deletes, and says 404 of what is not there', async () => {
    await put('1/a', 'x')
    expect((await server.send(`${BASE}/artifacts/1/a`, { method: 'DELETE' })).body).toEqual({})
    expect(await get('1/a')).toMatchObject({ status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } })
  })

  test('answers 501 to uploads in parts and signed addresses', async () => {
    for (const [method, path] of [
      ['POST', 'mpu/create/1/a'],
      ['POST', 'mpu/complete/1/a'],
      ['GET', 'presigned/1/a'],
    ] as const)
      expect(await ask(method, `${BASE}/${path}`)).toMatchObject({
        status: 501,
        text: expect.stringContaining('NOT_IMPLEMENTED'),
      })
  })

  test.each([
    ['POST', 'artifacts/1/a'],
    ['PATCH', 'artifacts/1/a'],
    ['DELETE', 'artifacts'],
    ['PUT', 'artifacts'],
    ['GET', 'other'],
    ['GET', ''],
  ])('knows no %s %s', async (method, path) => {
    expect((await ask(method, `${BASE}/${path}`)).text).toContain('ENDPOINT_NOT_FOUND')
  })

  test.each([
    ['../../x'],
    ['a/../../x'],
    ['%2e%2e/%2e%2e/x'],
    ['%252e%252e/x'],
    ['..%2f..%2fx'],
    ['%c0%ae%c0%ae/x'],
    ['..%5c..%5cx'],
    ['/etc/passwd'],
    ['%2fetc%2fpasswd'],
    ['a%00b'],
    ['a%23b'],
    ['%'],
    ['a//b'],
    [''],
  ])('refuses the path %s in every method', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, text } = await ask(
        method,
        `${BASE}/artifacts/${path}`,
        method === 'PUT' ? 'x' : undefined,
      )
      expect([status, text]).toEqual([400, expect.stringContaining('Invalid path')])
    }
    expect(await server.backend.artifacts.list('')).toEqual([])
    expect(faults).toEqual([])
  })

  test.each([['..'], ['/'], ['../..'], ['%2e%2e'], ['a/../..'], ['a\\b'], ['a#b']])(
    'refuses to list %s',
    async (path) => {
      if (path === '/') expect((await list(path)).body).toEqual({})
      else expect((await list(path)).status).toBe(400)
    },
  )
})

describe('an upload', () => {
  let root: string
  const uploads = () => readdirSync(join(root, 'uploads'))
  const limitTo = (limits: { maxBytes?: number }) =>
    Object.assign(server.backend.artifacts, createArtifactFolder(root, { keepFree: 0, ...limits }))
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'uploads-'))
    limitTo({})
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  test('that is too large is answered with 400 while the client still sends', async () => {
    limitTo({ maxBytes: 1000 })
    const answer = await put('1/big', new Uint8Array(20_000_000))
    expect(answer.status).toBe(400)
    expect(answer.body.message).toContain('larger than the limit of 1000 bytes')
    expect(uploads()).toEqual([])
    expect((await put('1/small', 'x')).status).toBe(200)
  })

  test('that is broken off leaves nothing', async () => {
    await put('1/a', 'old')
    const { port } = new URL(server.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      `PUT ${BASE}/artifacts/1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(70_000)}`,
    )
    await vi.waitFor(() => expect(uploads()).toHaveLength(1))
    socket.destroy()
    await vi.waitFor(() => expect(uploads()).toEqual([]))
    expect((await get('1/a')).text).toBe('old')
    expect(faults).toEqual([])
  })

  test('of two at once to one path leaves one of them whole', async () => {
    const texts = ['a'.repeat(400_000), 'b'.repeat(500_000)]
    const answers = await Promise.all(texts.map((one) => put('1/same', one)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(texts).toContain((await get('1/same')).text)
  })
})

describe("the list of a run's files", () => {
  test('has names relative to the root of the run', async () => {
    const run = await server.run({ experiment_id: '0' })
    await put(`0/${run}/artifacts/dir/a.txt`, 'hello')
    const files = (query: string) => server.get(`artifacts/list?run_id=${run}${query}`)
    const root_uri = `mlflow-artifacts:/0/${run}/artifacts`
    expect((await files('')).body).toEqual({ root_uri, files: [{ path: 'dir', is_dir: true }] })
    expect((await files('&path=dir')).body.files).toEqual([
      { path: 'dir/a.txt', is_dir: false, file_size: 5 },
    ])
    expect((await files('&path=../..')).status).toBe(400)
    expect((await server.get('artifacts/list?run_id=nope')).status).toBe(404)
    expect((await server.get('artifacts/list')).status).toBe(400)
  })

  test('elsewhere is not listed: the root says where to look', async () => {
    const made = await server.post('experiments/create', { name: 'e', artifact_location: 's3://bucket/e' })
    const run = await server.run({ experiment_id: made.body.experiment_id })
    expect((await server.get(`artifacts/list?run_id=${run}`)).body).toEqual({
      root_uri: `s3://bucket/e/${run}/artifacts`,
    })
  })
})
