// The console and its embedded hub as processes: killed in the middle, attached to, quit.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IPty } from 'node-pty'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { csvCounts, makePlace, type Place, until } from './mlops.ts'

let place: Place
beforeEach(() => {
  place = makePlace()
})
afterEach(() => place.remove())

function watchScreen(pty: IPty): { text(): string; exit: Promise<number> } {
  let seen = ''
  pty.onData((data) => {
    seen += data
  })
  const exit = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)))
  return { text: () => seen, exit }
}

interface RunRecord {
  readonly name: string
  readonly source: string
  readonly metrics: Record<string, { count: number }>
}

/** Points in the store by run and metric, of runs that log CSV. */
async function storedCounts(store: string): Promise<Map<string, number>> {
  const { stdout } = await place.run('get', 'runs', '--store', store, '-o', 'json')
  const runs = (JSON.parse(stdout || '[]') as RunRecord[]).filter(({ source }) => source === 'csv')
  return new Map(
    runs.flatMap(({ name, metrics }) =>
      Object.entries(metrics).map(([key, { count }]) => [`${name} ${key}`, count] as const),
    ),
  )
}

describe('the console', () => {
  test('killed with -9 again and again while training goes on loses and doubles no point', async () => {
    const trainer = place.train('--runs', '2', '--steps', '1500', '--delay-ms', '2')
    const trained = new Promise((resolve) => trainer.once('exit', resolve))
    const runs = join(place.folder, 'runs')
    mkdirSync(runs, { recursive: true })
    for (let life = 0; life < 3; life++) {
      const pty = place.console(runs)
      const { text } = watchScreen(pty)
      await until(
        `runs on the screen in life ${life}`,
        () => text().includes('adam-') || text().includes('sgd-'),
      )
      pty.kill('SIGKILL')
    }
    await trained
    const pty = place.console(runs)
    const { exit } = watchScreen(pty)
    const expected = csvCounts(runs)
    expect(expected.size).toBeGreaterThan(3)
    const state = join(place.folder, 'state', 'mlops')
    const store = join(state, readdirSync(state)[0]!, 'store.db')
    let stored = new Map<string, number>()
    await until('all points in the store', async () => {
      stored = await storedCounts(store)
      return JSON.stringify([...stored].sort()) === JSON.stringify([...expected].sort())
    }).catch(() => {})
    expect(Object.fromEntries(stored)).toEqual(Object.fromEntries(expected))
    pty.write('q')
    expect(await exit).toBe(0)
  }, 60_000)

  test('started twice on one place attaches to the first, and both quit with 0', async () => {
    const first = place.console()
    const one = watchScreen(first)
    await until('the first console', () => one.text().includes('hub this process'))
    await until('its hub is open', async () =>
      (await place.run('get', 'hosts', '-o', 'json')).stdout.includes('"online"'),
    )
    const second = place.console()
    const two = watchScreen(second)
    await until('the second console', () => /hub ws:\/\/127\.0\.0\.1:\d+/.test(two.text()))
    await until('the same host on both', () => two.text().includes('1/1 hosts'))
    second.write('q')
    expect(await two.exit).toBe(0)
    first.write('q')
    expect(await one.exit).toBe(0)
  }, 30_000)

  test('takes up a config that changed, and keeps what held when the new one is wrong', async () => {
    const file = join(place.folder, 'mlops.config.json')
    const write = (config: object) => writeFileSync(file, JSON.stringify({ watch: [], ...config }))
    write({ keys: { b: 'alerts' } })
    const pty = place.console('--config', file)
    const { text, exit } = watchScreen(pty)
    await until('the console', () => text().includes('hub this process'))
    write({ keys: { j: 'alerts' } })
    await until('the wrong key is named', () => text().includes('keys.j: the key has a meaning already'))
    pty.write('b')
    await until('the old key still holds', () => text().includes('Nothing needs you'))
    write({ keys: { u: 'problems' }, notify: 'off' })
    await until('the new one is read', () => text().includes('config read again'))
    pty.write('u')
    await until('the new key holds', () => text().includes('Everything found could be read'))
    pty.write('q')
    expect(await exit).toBe(0)
  }, 30_000)

  test('speaks in sentences for a screen reader, and draws nothing', async () => {
    const pty = place.console('--screen-reader')
    const { text, exit } = watchScreen(pty)
    await until('the first sentences', () => text().includes('in sentences'))
    pty.write(':hosts\r')
    await until('the host in a sentence', () => /1 of 1: Name .*status online/.test(text()))
    expect(text()).not.toMatch(/\u001b\[\?1049h|\u001b\[[0-9;]*[HJm]/)
    pty.write('q')
    expect(await exit).toBe(0)
  }, 30_000)

  test('leaves the terminal as it was', async () => {
    const pty = place.console()
    const { text, exit } = watchScreen(pty)
    await until('the console', () => text().includes('hub this process'))
    expect(text()).toContain('\u001b[?1049h')
    expect(text()).not.toMatch(/\u001b\[[23]J/)
    pty.write('q')
    expect(await exit).toBe(0)
    expect(text()).toContain('\u001b[?1049l')
    expect(text()).toContain('\u001b[?25h')
  })
})
