// The real program, tracking real programs.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startServer, type TestServer } from '../../mlflow/server.ts'

let program: string
beforeAll(async () => {
  program = mkdtempSync(join(tmpdir(), 'program-'))
  await build({
    entryPoints: [resolve(import.meta.dirname, '../../../agents/track/track.ts')],
    outfile: join(program, 'track.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    footer: {
      js: `const code = await runTrack(process.argv.slice(2)); process.stdout.write('', () => process.exit(code))`,
    },
  })
})
afterAll(() => rmSync(program, { recursive: true, force: true }))

let folder: string
let server: TestServer
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'track-'))
  server = await startServer()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number | null
  readonly out: Buffer
  readonly err: string
}

function start(words: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const child = spawn(process.execPath, [join(program, 'track.mjs'), ...words], { cwd: folder, env })
  children.push(child)
  const [out, err]: Buffer[][] = [[], []]
  child.stdout.on('data', (chunk) => out!.push(chunk))
  child.stderr.on('data', (chunk) => err!.push(chunk))
  const ended = new Promise<Ended>((done) =>
    child.on('close', (code) =>
      done({ code, out: Buffer.concat(out!), err: Buffer.concat(err!).toString() }),
    ),
  )
  return { child, ended }
}

const node = (script: string) => ['--', process.execPath, '-e', script]
const tracked = (words: readonly string[]) => start(['--to', server.url, ...words])
const theRun = () => [...server.backend.state().runs.values()][0]
const values = async () => Array.from((await server.backend.history(theRun()!.id, 'loss')).values)
const soon = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 10_000, interval: 20 })

describe('mlops track -- COMMAND', () => {
  test('logs what is printed, passes both streams on, ends as the command ends', async () => {
    const script = `console.log('step 1 loss: 0.5'); console.error('step 2 loss: 0.25'); process.stdout.write('step 3 loss: 0.125'); process.exitCode = 3`
    const { ended } = tracked(['--name', 'mine', '--param', 'lr=0.1', ...node(script)])
    const { code, out, err } = await ended
    expect([code, out.toString(), err]).toEqual([
      3,
      'step 1 loss: 0.5\nstep 3 loss: 0.125',
      'step 2 loss: 0.25\n',
    ])
    expect(theRun()).toMatchObject({
      name: 'mine',
      status: 'failed',
      params: { lr: '0.1' },
      tags: { 'mlops.exit_code': '3', 'mlflow.source.name': expect.stringContaining('step 1 loss') },
    })
    expect((await values()).sort()).toEqual([0.125, 0.25, 0.5])
  })

  test('a command that ends well has a run that is finished; its metrics come while it runs', async () => {
    const { child, ended } = tracked(node(`console.log('step 1 loss: 0.5'); process.stdin.resume()`))
    await soon(async () => expect(await values()).toEqual([0.5]))
    expect(theRun()?.status).toBe('running')
    child.stdin!.end()
    expect((await ended).code).toBe(0)
    expect(theRun()?.status).toBe('finished')
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('%s reaches the command, whose run is killed', async (signal) => {
    const { child, ended } = tracked(
      node(
        `process.on('${signal}', () => { console.log('step 9 loss: 9'); process.removeAllListeners('${signal}'); process.kill(process.pid, '${signal}') }); console.log('step 1 loss: 1'); setInterval(() => {}, 1000)`,
      ),
    )
    await soon(async () => expect(await values()).toEqual([1]))
    child.kill(signal)
    expect((await ended).code).toBe(signal === 'SIGTERM' ? 143 : 130)
    expect(theRun()).toMatchObject({ status: 'killed', tags: { 'mlops.signal': signal } })
    expect(await values()).toEqual([1, 9])
  })

  test('a command that cannot be started is said so, and has no run', async () => {
    const { code, err } = await tracked(['--', 'no-such-program']).ended
    expect(code).toBe(127)
    expect(err).toContain('cannot start no-such-program: there is no such program')
    expect((await tracked(['--', folder]).ended).code).toBe(126)
    expect(theRun()).toBeUndefined()
  })

  test('100 MB, binary and without a newline, pass unchanged', async () => {
    const script = `const { randomFillSync, createHash } = require('node:crypto'); const hash = createHash('sha256')
      const out = (bytes) => new Promise((done) => { hash.update(bytes); process.stdout.write(bytes, done) })
      ;(async () => {
        const bytes = Buffer.alloc(1 << 20)
        for (let i = 0; i < 40; i++) await out(randomFillSync(Buffer.alloc(1 << 20)))
        for (let i = 0; i < 30; i++) await out(bytes.fill('x'))
        for (let i = 0; i < 30; i++) await out(bytes.fill('step 12 loss: 0.5 acc: 0.7\\n'))
        await out(Buffer.from('step 13 loss: 0.25\\n'))
        console.error(hash.digest('hex'))
      })()`
    const { code, out, err } = await tracked(node(script)).ended
    expect(code).toBe(0)
    expect(out.length).toBe(100 * 2 ** 20 + 19)
    expect(err.split('\n')[0]).toBe(createHash('sha256').update(out).digest('hex'))
    expect(theRun()?.status).toBe('finished')
  })

  test('ends although something left behind holds the output open', async () => {
    const script = `require('node:child_process').spawn('sleep', ['30'], { stdio: 'inherit', detached: true }).unref(); console.log('step 1 loss: 1')`
    const { child } = tracked(node(script))
    const code = await new Promise((done) => child.once('exit', done))
    expect(code).toBe(0)
    expect(theRun()?.status).toBe('finished')
  })

  test('tells the command, as a pipe does, when nobody reads any more', async () => {
    const { child } = tracked(
      node(
        `process.stdout.on('error', () => process.exit(7)); setInterval(() => console.log('step 1 loss: 1'), 10)`,
      ),
    )
    child.stdout!.once('data', () => child.stdout!.destroy())
    expect(await new Promise((done) => child.once('exit', done))).toBe(7)
    await soon(() => expect(theRun()?.status).toBe('failed'))
  })

  test('without a server the command runs as ever, and its metrics lie in a file', async () => {
    const { code, out, err } = await start([
      '--to',
      'http://127.0.0.1:1',
      ...node(`console.log('step 1 loss: 0.5')`),
    ]).ended
    expect([code, out.toString()]).toEqual([0, 'step 1 loss: 0.5\n'])
    const [file] = readdirSync(folder)
    expect(err).toContain(file)
    expect(err.match(/no server answers/g)).toHaveLength(1)
    expect(readFileSync(join(folder, file!), 'utf8')).toContain('"loss":0.5')
  })

  test.each([
    [['python', 'train.py'], 'write -- before the command: mlops track -- python train.py'],
    [['--param', 'lr', '--', 'true'], 'write --param lr=0.1'],
    [['--to', 'ftp://x', '--', 'true'], 'write --to http'],
    [['--'], 'see mlops track --help'],
    [['--nmae', 'x', '--', 'true'], 'see mlops track --help'],
  ])('%j is refused with a hint', async (words, hint) => {
    const { code, err } = await start(words).ended
    expect(code).toBe(2)
    expect(err).toContain(`hint: ${hint}`)
  })
})

describe('... | mlops track', () => {
  test('passes its input through, logs it, finishes the run at its end', async () => {
    const { child, ended } = tracked(['--experiment', 'pipes'])
    child.stdin!.write('step 1 loss: 0.5\n')
    await soon(async () => expect(await values()).toEqual([0.5]))
    child.stdin!.end('step 2 loss: 0.25')
    const { code, out } = await ended
    expect([code, out.toString()]).toEqual([0, 'step 1 loss: 0.5\nstep 2 loss: 0.25'])
    expect(theRun()).toMatchObject({ status: 'finished', experiment: 'pipes' })
    expect(await values()).toEqual([0.5, 0.25])
  })

  test('waits after an interrupt for the last words of the program before it', async () => {
    const { child, ended } = tracked([])
    child.stdin!.write('step 1 loss: 1\n')
    await soon(async () => expect(await values()).toEqual([1]))
    child.kill('SIGINT')
    child.stdin!.end('step 2 loss: 2\n')
    expect((await ended).code).toBe(130)
    expect(theRun()?.status).toBe('killed')
    expect(await values()).toEqual([1, 2])
  })
})
