// Every screen of the console, on a real pseudo-terminal, against pictures in golden/.
// To take the pictures anew: UPDATE_FRAMES=1 npx vitest run --config test/vitest.config.ts test/frames
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bundleFixture, type ConsoleSession, openConsole } from './screen.ts'

const GOLDEN = join(import.meta.dirname, 'golden')
const SIZES = [
  [80, 24],
  [120, 40],
  [200, 50],
] as const

/** A screen: the fixture's arguments, the keys that lead there, and what is seen when each has worked. */
interface Picture {
  readonly name: string
  readonly args?: readonly string[]
  readonly start?: string
  /** Keys and a text that shows that they have been obeyed. */
  readonly keys: readonly (readonly [keys: string, shows: string | RegExp])[]
}

const PICTURES: readonly Picture[] = [
  { name: 'runs', keys: [] },
  { name: 'runs-filtered', keys: [['/status=failed,idle\r', 'runs [4/12] /status=failed,idle']] },
  { name: 'runs-marked', keys: [['  ', /●resnet50-0[\s\S]*●vit-b16-1|●run0000[\s\S]*●run0001/]] },
  { name: 'run-charts', keys: [['\r', 'runs › resnet50-0 [6]']] },
  {
    name: 'run-diverged',
    keys: [
      [':run bert-base-3\r', 'runs › bert-base-3 [6]'],
      ['/train/loss\r', '[1/6]'],
    ],
  },
  {
    name: 'run-chart-full',
    keys: [
      ['\r', '[6]'],
      ['\r', '› val/loss'],
      ['sH', 'ema 0.6'],
    ],
  },
  { name: 'runs-compared', keys: [['   v', 'runs › 3 runs [6]']] },
  {
    name: 'runs-columns',
    keys: [[':columns name,lr,metrics.val/loss,status\r', /NAME +LR +VAL\/LOSS +STATUS/]],
  },
  {
    name: 'compare',
    keys: [
      ['   =', /runs › compare 3 runs \[\d+\/\d+\]/],
      ['d', 'what is equal too'],
    ],
  },
  {
    name: 'compare-differing',
    keys: [
      ['  =', /compare 2 runs \[\d+\/\d+\]/],
      ['nj', /train\/loss[\s\S]*<\?> help/],
    ],
  },
  { name: 'run-json', keys: [['y', 'runs › resnet50-0 (JSON)']] },
  {
    name: 'json-search',
    keys: [
      ['y', '(JSON)'],
      ['/nonfinite\rnn', '3 of 6 lines with "nonfinite"'],
    ],
  },
  {
    name: 'events-search',
    keys: [
      [':events\r', 'host.disconnected'],
      ['/GPU-B\r', '1 of 2 lines with "GPU-B"'],
    ],
  },
  {
    name: 'host-then',
    keys: [
      [':run bert-base-3\r', 'bert-base-3 [6]'],
      ['\r', '› train/loss'],
      ['Gt', 'bert-base-3 › gpu-a [10]'],
    ],
  },
  {
    name: 'events-then',
    keys: [
      ['\r\r', '› val/loss'],
      ['ge', 'events [3]'],
    ],
  },
  { name: 'logs', keys: [['l', 'CUDA error']] },
  {
    name: 'logs-merged',
    keys: [
      ['  l', 'logs of 2 runs'],
      ['tm', '────'],
    ],
  },
  {
    name: 'logs-search',
    keys: [
      ['l', 'CUDA error'],
      ['/epoch 58 step 100/\r', 'lines behind'],
    ],
  },
  {
    name: 'logs-range',
    keys: [
      ['l', 'CUDA error'],
      ['2w', 'since 11:59:00'],
    ],
  },
  {
    name: 'logs-then',
    keys: [
      ['\r\r', '› val/loss'],
      ['go', 'logs resnet50-0'],
      ['t', 'no times'],
      ['t', '2026-11-23'],
    ],
  },
  {
    name: 'logs-none',
    keys: [
      ['/id=run0002\r', '[1/12]'],
      ['l', 'no text output of churn-xgb-2'],
    ],
  },
  {
    name: 'run-pinned',
    keys: [
      ['p', 'resnet50-0 is in every chart'],
      ['j\r', 'runs › vit-b16-1 [6]'],
    ],
  },
  {
    name: 'charts-large',
    keys: [
      ['\r', '[6]'],
      ['P>', 'val/'],
    ],
  },
  {
    name: 'dialog',
    keys: [
      [':save mine\r', 'view "mine" saved'],
      [':forget mine\r', 'Sure?'],
    ],
  },
  {
    name: 'alerts-marked',
    keys: [
      [':alerts\r', 'alerts [3]'],
      ['*:silence 2h\r', 'Silence 3 alerts?'],
    ],
  },
  {
    name: 'views',
    keys: [
      [':save all of them\r', 'view "all of them" saved'],
      ['/status=failed\r', '[2/12]'],
      [':save broken\r', 'view "broken" saved'],
      [':views\rj', 'views [2]'],
    ],
  },
  { name: 'run-details', keys: [['d', 'resnet50-0 (all)']] },
  { name: 'hosts', keys: [[':hosts\r', 'hosts [3]']] },
  { name: 'host-charts', keys: [[':host gpu-a\r', 'runs › gpu-a [10]']] },
  { name: 'alerts', keys: [[':alerts\r', 'alerts [3]']] },
  { name: 'models', keys: [[':m\r', 'models [2]']] },
  {
    name: 'model-details',
    keys: [
      [':m\r', 'models [2]'],
      ['d', 'churn (all)'],
    ],
  },
  {
    name: 'versions',
    keys: [
      [':m\r', 'models [2]'],
      ['\r', 'versions [3]'],
    ],
  },
  {
    name: 'versions-compared',
    keys: [
      [':m\r\r', 'versions [3]'],
      ['=', 'compare 2 versions'],
    ],
  },
  {
    name: 'promote',
    keys: [
      [':m\r\r', 'versions [3]'],
      ['P', 'Sure?'],
    ],
  },
  {
    name: 'lineage',
    keys: [
      [':m\r\r', 'versions [3]'],
      ['jLh', 'lineage of churn-xgb-6'],
    ],
  },
  { name: 'datasets', keys: [[':datasets\r', 'datasets [2]']] },
  { name: 'experiments', keys: [[':exp\r', 'experiments [2]']] },
  { name: 'problems', keys: [[':problems\r', 'problems [1]']] },
  { name: 'events', keys: [[':events\r', 'host.disconnected']] },
  { name: 'help', keys: [['?', 'Keys here']] },
  { name: 'command', keys: [[':hos', ':host']] },
  { name: 'wrong-command', keys: [[':nonsense\r', 'no command "nonsense"']] },
  { name: 'empty', args: ['0'], keys: [] },
  { name: 'link-lost', args: ['12', 'lost'], keys: [] },
  { name: 'hub-full', args: ['12', 'full'], keys: [] },
]

let folder = ''
let program = ''
const open: ConsoleSession[] = []

beforeAll(async () => {
  ;({ folder, program } = await bundleFixture())
  mkdirSync(GOLDEN, { recursive: true })
})
afterEach(() => {
  for (const { pty, exitCode } of open.splice(0)) if (exitCode === undefined) process.kill(pty.pid, 'SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function start(columns: number, rows: number, args: readonly string[] = [], env = {}) {
  const session = openConsole(program, columns, rows, args, env)
  open.push(session)
  await session.shows('mlops', '<?> help')
  return session
}

/** Points come behind the frame that asks for them: the fixture says when all are shown. */
async function settled(session: ConsoleSession): Promise<void> {
  session.title = ''
  process.kill(session.pty.pid, 'SIGUSR2')
  await session.until(() => session.title === 'thirty ticks')
}

/** Presses keys and waits for each text in turn. */
async function walk(session: ConsoleSession, keys: Picture['keys']): Promise<void> {
  for (const [typed, wanted] of keys) {
    session.keys(typed)
    await session.until(() =>
      typeof wanted === 'string' ? session.text().includes(wanted) : wanted.test(session.text()),
    )
  }
}

describe.each(SIZES)('%i by %i', (columns, rows) => {
  test.each(PICTURES.map((picture) => [picture.name, picture] as const))('%s', async (name, picture) => {
    const session = await start(columns, rows, picture.args)
    await walk(session, picture.keys)
    await settled(session)
    const text = `${session.text().replace(/ +$/gm, '')}\n`
    const file = join(GOLDEN, `${name}-${columns}x${rows}.txt`)
    if (process.env.UPDATE_FRAMES) writeFileSync(file, text)
    expect(existsSync(file), `${file} is missing: see the top of this test`).toBe(true)
    expect(text).toBe(readFileSync(file, 'utf8'))
  })
})

/** For screen readers: all that was written, from the first line on. `shows` ends what the last keys led to. */
const SENTENCES: readonly Picture[] = [
  { name: 'reader-runs', keys: [['jjk', /resnet50-0[\s\S]*resnet50-4[\s\S]*vit-b16-1/]] },
  {
    name: 'reader-filter',
    keys: [
      ['/status=failed\r', '2 of 12 rows, filter status=failed'],
      [' j', '1 marked'],
    ],
  },
  {
    name: 'reader-charts',
    keys: [
      [':run bert-base-3\r', '6 metrics'],
      ['l\r', 'One metric of bert-base-3'],
      ['Gh', /2 of 6: \S+: [\d.]+ at step [\d ,:-]+UTC/],
    ],
  },
  { name: 'reader-details', keys: [['d', 'Everything about resnet50-0']] },
  { name: 'reader-json', keys: [['yj', '"id": "run0000"']] },
  {
    name: 'reader-compare',
    keys: [
      ['   =', 'Compare resnet50-0'],
      ['jjG', 'equal: '],
    ],
  },
  {
    name: 'reader-lineage',
    keys: [
      [':m\r\r', 'Versions, 3 of 3 rows'],
      ['Lh', 'Lineage of run churn-xgb-2'],
      ['j', '2 of 4'],
    ],
  },
  { name: 'reader-alerts', keys: [[':alerts\rj*:ack mine\r', 'Enter does it']] },
  { name: 'reader-help', keys: [['? ', 'Help, ']] },
  {
    name: 'reader-logs',
    keys: [
      ['l', 'CUDA error'],
      ['/epoch 58 step 100/\r', 'lines behind'],
    ],
  },
  { name: 'reader-events', keys: [[':events\r', 'host.disconnected']] },
  { name: 'reader-command', keys: [[':hos\tx\u007f\r', 'Hosts, 3 rows']] },
]

describe('for screen readers', () => {
  const words = (data: string) =>
    `${data
      .replace(/\u001b\][^\u0007]*\u0007|\u001b\[[0-?]*[ -/]*[@-~]|\u001b\\\\/g, '')
      .replaceAll('\r', '')
      .replace(/ +$/gm, '')
      .trim()}\n`

  test.each(SENTENCES.map((picture) => [picture.name, picture] as const))('%s', async (name, picture) => {
    const session = openConsole(program, 120, 40, ['12', 'screen-reader'])
    open.push(session)
    await session.until(() => session.data.includes('1 of 12'))
    for (const [typed, wanted] of picture.keys) {
      session.keys(typed)
      await session.until(() =>
        typeof wanted === 'string' ? session.data.includes(wanted) : wanted.test(session.data),
      )
    }
    await settled(session)
    const text = words(session.data)
    const file = join(GOLDEN, `${name}.txt`)
    if (process.env.UPDATE_FRAMES) writeFileSync(file, text)
    expect(existsSync(file), `${file} is missing: see the top of this test`).toBe(true)
    expect(text).toBe(readFileSync(file, 'utf8'))
    // Nothing is drawn: no boxes, no dots, no colours, no other screen, no cursor moved.
    expect(text).not.toMatch(/[\u2500-\u259f\u2800-\u28ff]/)
    expect(session.data).not.toMatch(/\u001b\[[0-9;]*[HKJm]|\u001b\[\?1049h/)
  })

  test('thirty seconds in which nothing happens say nothing; what happens is said once', async () => {
    const session = openConsole(program, 80, 24, ['12', 'screen-reader'])
    open.push(session)
    await session.until(() => session.data.includes('1 of 12'))
    await settled(session)
    session.data = ''
    await settled(session)
    expect(words(session.data)).toBe('\n')
    process.kill(session.pty.pid, 'SIGUSR1')
    await session.until(() => session.data.includes('13 rows'))
    await settled(session)
    expect(words(session.data).split('\n')).toEqual([
      '2 of 3 hosts online, 7 runs running.',
      'Runs, 13 rows, sorted by updated falling.',
      '',
    ])
  })

  test('q ends it and gives the terminal back', async () => {
    const session = openConsole(program, 80, 24, ['12', 'screen-reader'])
    open.push(session)
    await session.until(() => session.data.includes('1 of 12'))
    session.keys('q')
    await session.until(() => session.exitCode !== undefined)
    expect(session.exitCode).toBe(0)
    expect(session.term.modes).toMatchObject({ bracketedPasteMode: false, sendFocusMode: false })
  })
})

describe('other terminals', () => {
  test('one that is too small says so, and grows back', async () => {
    const session = openConsole(program, 36, 8)
    open.push(session)
    await session.shows('too small')
    session.term.resize(80, 24)
    session.pty.resize(80, 24)
    await session.shows('resnet50-0', '<?> help')
  })

  test.each([
    ['without colour', { NO_COLOR: '1' }],
    ['without characters beyond ASCII', { LANG: 'C' }],
    ['with CI set, where Ink would be silent', { CI: 'true' }],
    ['with a screen reader flag for Ink', { INK_SCREEN_READER: 'true' }],
  ])('%s', async (name, env) => {
    const session = await start(80, 24, [], env)
    await walk(session, [['\r', 'val/accuracy']])
    expect(session.text()).toContain('train/loss')
    if (name.includes('colour')) expect(session.data).not.toMatch(/\u001b\[[0-9;]*[34]8;/)
    if (name.includes('ASCII')) expect(session.text()).toMatch(/^[\x00-\x7f]*$/)
  })
})

describe('the link to the terminal', () => {
  test('thirty seconds in which nothing happens write nothing', async () => {
    const session = await start(120, 40)
    await settled(session)
    session.data = ''
    await settled(session)
    expect(session.data).toBe('\u001b]0;thirty ticks\u0007')
  })

  test('a run that comes shows up, the cursor staying with its row', async () => {
    const session = await start(80, 24)
    session.data = ''
    process.kill(session.pty.pid, 'SIGUSR1')
    await session.shows('grown-12', 'runs [13]')
    expect(session.data).not.toMatch(/\u001b\[[23]J/)
  })

  test('a step of the cursor costs less than 700 bytes and no key clears the screen', async () => {
    const session = await start(80, 24)
    session.data = ''
    session.keys('j')
    await session.until(() => session.data.length > 0)
    expect(session.data.length).toBeLessThan(700)
    await walk(session, [
      ['\r', 'val/accuracy'],
      ['?', 'Keys here'],
      ['q', 'val/accuracy'],
      [':hosts\r', 'hosts [3]'],
    ])
    expect(session.data).not.toMatch(/\u001b\[[23]J/)
  })

  test.each([
    ['q', 'q'],
    [':q', ':q\r'],
    ['Ctrl-C', '\u0003'],
  ])('%s ends with code 0 and gives the terminal back', async (_, keys) => {
    const session = await start(80, 24)
    expect(session.term.buffer.active.type).toBe('alternate')
    session.keys(keys)
    await session.until(() => session.exitCode !== undefined)
    expect(session.exitCode).toBe(0)
    expect(session.term.buffer.active.type).toBe('normal')
    expect(session.term.modes).toMatchObject({
      bracketedPasteMode: false,
      sendFocusMode: false,
      wraparoundMode: true,
      mouseTrackingMode: 'none',
    })
    expect(session.data.lastIndexOf('\u001b[?25h')).toBeGreaterThan(session.data.lastIndexOf('\u001b[?25l'))
  })

  test('a burst of keys in one packet is obeyed key by key', async () => {
    const session = await start(80, 24)
    session.keys('jjj:hosts\rj\u001b[Bv')
    await session.shows('hosts › serve-1')
    expect(session.text()).toContain('cpu')
  })
})
