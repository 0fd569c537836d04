import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContribPaint, openContrib } from '../../../src/tui/charts/contrib.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { bare, expectExact, numbers, plain, sizes, texts, themes } from '../panels/exact.ts'

const root = join(import.meta.dirname, '../../..')
let contrib: ContribPaint
beforeAll(async () => {
  contrib = await openContrib()
})

describe('openContrib', () => {
  it('draws a gauge of which 1 percent is not all', () => {
    const theme = createTheme({ depth: 4, unicode: true })
    const filled = (percent: number) => {
      const [, bar = ''] = contrib.gauge({ label: 'disk', percent }, 40, 3, theme)
      return /\u001b\[7m\u001b\[96m( *)/u.exec(bar)?.[1]?.length ?? 0
    }
    expect(filled(1)).toBeLessThanOrEqual(2)
    expect(filled(50)).toBeGreaterThan(15)
    expect(filled(100)).toBeGreaterThan(35)
    expect(bare(contrib.gauge({ label: 'disk', percent: 42 }, 40, 3, plain)).join('\n')).toMatch(
      /^disk\n.*\n.*42%/,
    )
  })

  it('draws donuts with their labels as they are', () => {
    const shares = [
      { label: '{bold}a', percent: 42 },
      { label: 'b', percent: 100 },
    ]
    const text = bare(contrib.donut(shares, 50, 10, plain)).join('\n')
    expect(text).toMatch(/[⠁-⣿]{4}/u)
    expect(text).toContain('42%')
    expect(text).toContain('100%')
    expect(text).toContain('{bold}a')
  })

  it('draws bars and writes the numbers as we do', () => {
    const amounts = [
      { label: 'a', value: 0.1 + 0.2 },
      { label: 'b', value: Number.NaN },
    ]
    const text = bare(contrib.bars(amounts, 40, 10, plain)).join('\n')
    expect(text).toContain('0.3')
    expect(text).toContain('NaN')
    expect(text).not.toContain('0.30')
  })

  it('draws sparklines in which missing values are gaps', () => {
    const courses = [{ label: '{x}', values: [0, null, 1000, Number.NaN, 500] }]
    expect(bare(contrib.sparklines(courses, 20, 3, plain))).toEqual(['{x}:', '▁ █x▄', ''])
    const ascii = createTheme({ depth: 0, unicode: false })
    expect(bare(contrib.sparklines(courses, 20, 3, ascii))[1]).toBe('_ ^x.')
  })

  it('has exactly the size for any data', () => {
    const percent = fc.option(numbers)
    const tone = fc.constantFrom('good', 'bad', undefined)
    const shares = fc.array(fc.record({ label: texts, percent, tone }), { maxLength: 5 })
    const amounts = fc.array(fc.record({ label: texts, value: numbers }), { maxLength: 12 })
    const courses = fc.array(fc.record({ label: texts, values: fc.array(percent, { maxLength: 300 }) }), {
      maxLength: 5,
    })
    fc.assert(
      fc.property(shares, amounts, courses, sizes, themes, (some, numbered, rows, [width, height], theme) => {
        expectExact(
          contrib.gauge(some[0] ?? { label: '', percent: null }, width, height, theme),
          width,
          height,
        )
        expectExact(contrib.donut(some, width, height, theme), width, height)
        expectExact(contrib.bars(numbered, width, height, theme), width, height)
        expectExact(contrib.sparklines(rows, width, height, theme), width, height)
      }),
      { numRuns: 60 },
    )
  })
})

describe('in a process of its own', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(root, 'node_modules/.contrib-test-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const PROGRAM = `
    import { openContrib } from ${JSON.stringify(join(root, 'src/tui/charts/contrib.ts'))}
    import { createTheme } from ${JSON.stringify(join(root, 'src/tui/terminal/style.ts'))}
    let ended = 0
    process.once('exit', () => { ended++; process._rawDebug('once ' + ended) })
    process.on('SIGTERM', () => {})
    const listeners = () => JSON.stringify(process.eventNames().map((name) => [String(name), process.rawListeners(name).map(String)]).sort())
    const before = listeners()
    const { columns, rows } = process.stdout
    const contrib = await openContrib()
    contrib.gauge({ label: 'x', percent: 5 }, 40, 3, createTheme({ depth: 24, unicode: true }))
    contrib.donut([{ label: 'x', percent: 5 }], 40, 12, createTheme({ depth: 24, unicode: true }))
    await new Promise((done) => setImmediate(done))
    const streams = [process.stdin, process.stdout].map((stream) => stream.listenerCount('data') + stream.listenerCount('keypress') + stream.listenerCount('resize'))
    process._rawDebug(JSON.stringify({ same: listeners() === before, streams, tmux: process.env.TMUX }))
    process.removeAllListeners('SIGTERM')
  `

  it('writes nothing, listens to nothing, leaves the listeners of others alone and ends by itself', async () => {
    const entry = join(folder, 'entry.mjs')
    const outfile = join(folder, 'out.mjs')
    await writeFile(entry, PROGRAM)
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    })
    const env = { ...process.env, TMUX: '/nowhere', NODE_OPTIONS: '' }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [outfile], {
      env,
      timeout: 20_000,
    })
    expect(stdout).toBe('')
    expect(stderr.split('\n')).toEqual([
      JSON.stringify({ same: true, streams: [0, 0], tmux: '/nowhere' }),
      'once 1',
      '',
    ])
  }, 30_000)
})
