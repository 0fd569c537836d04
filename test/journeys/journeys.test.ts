// What people come to do, in their words, from the first key to the answer.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bundleFixture } from '../frames/screen.ts'
import { openPage, type Page, type PageOptions } from './page.ts'

let folder = ''
let program = ''
const pages: Page[] = []

beforeAll(async () => {
  ;({ folder, program } = await bundleFixture())
})
afterEach(({ task }) => {
  for (const page of pages.splice(0)) {
    // What was on the screen says more than a time limit.
    if (task.result?.state === 'fail') process.stderr.write(`${page.text().replace(/\s+$/gm, '')}\n`)
    page.end()
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function open(options?: PageOptions): Promise<Page> {
  const page = await openPage(program, options)
  pages.push(page)
  return page
}

test('I find the run whose loss exploded and see what the GPU of its host did then', async () => {
  const page = await open()
  page.command('alerts')
  await page.sees('train/loss is NaN')
  page.filter('diverged')
  await page.sees('alerts [1/3]')
  page.press('\r')
  await page.sees('alerts › bert-base-3', 'NaN since')
  page.press('\r')
  await page.sees('› train/loss')
  page.press('G')
  await page.sees(/train\/loss +NaN .* step 3990$/m)
  page.press('t')
  await page.sees('bert-base-3 › gpu-a')
  page.filter('gpu.0')
  await page.sees('[2/10]', /gpu\.0\.utilization \d/, /gpu\.0\.memory \d+(\.\d+)? +2026-11-23 11:56:00/)
  page.press('q')
  await page.sees('bert-base-3 › train/loss')
})

test('I compare two runs and see only what differs', async () => {
  const page = await open()
  page.press('  ')
  await page.sees('2 marked')
  page.press('=')
  await page.sees('compare 2 runs', 'resnet50-0', 'vit-b16-1', 'batch_size')
  expect(page.line('batch_size')).toMatch(/● *batch_size +param +32 +64/)
  expect(page.line('host ')).toMatch(/● *host +env +gpu-a +gpu-b/)
  expect(page.text()).not.toContain('adamw')
  page.press('G\r')
  await page.sees(/^ +optimizer +param +adamw +adamw/m)
  page.press('n')
  await page.sees(/train\/loss +step/)
})

test('I filter by a parameter and sort by a metric', async () => {
  const page = await open()
  page.filter('params.batch_size=64')
  await page.sees('runs [4/12] /params.batch_size=64')
  page.command('columns name,params.batch_size,metrics.val/loss')
  await page.sees('VAL/LOSS')
  page.command('sort metrics.val/loss')
  await page.sees(/VAL\/LOSS▲/)
  const losses = [...page.text().matchAll(/ 64 +(0\.\d+)/g)].map(([, loss]) => Number(loss))
  expect(losses).toHaveLength(4)
  expect(losses).toEqual([...losses].sort((a, b) => a - b))
})

test('I choose columns and find them again after a restart', async () => {
  const args = ['12', '', join(folder, 'columns.json')]
  const first = await open({ args })
  first.command('columns name,status,params.optimizer,metrics.val/loss')
  await first.sees(/NAME +STATUS +OPTIMIZER +VAL\/LOSS/)
  first.press('q')
  await first.session.until(() => first.session.exitCode === 0)
  const second = await open({ args })
  await second.sees(/NAME +STATUS +OPTIMIZER +VAL\/LOSS/)
  second.command('columns')
  await second.sees('EXPERIMENT')
})

test('I save a view, open it after a restart and forget it', async () => {
  const args = ['12', '', join(folder, 'views.json')]
  const first = await open({ args })
  first.filter('status=failed')
  first.command('columns name,status')
  first.command('save broken ones')
  await first.sees('view "broken ones" saved')
  first.press('\u0003')
  await first.session.until(() => first.session.exitCode === 0)
  const second = await open({ args })
  await second.sees('runs [12]')
  second.command('view broken ones')
  await second.sees('runs [2/12] /status=failed', /NAME +STATUS *$/m)
  second.command('forget broken ones')
  await second.sees('Forget the view "broken ones"?')
  second.press('\r')
  await second.sees('view "broken ones" forgotten')
  second.command('view broken ones')
  await second.sees('no view "broken ones"')
})

test('nothing is forgotten where I may only read', async () => {
  const page = await open({ args: ['12', 'read-only'] })
  page.command('save mine')
  page.command('forget mine')
  await page.sees('read-only: nothing can be changed')
  expect(page.text()).not.toContain('Sure?')
})

test('I zoom into a chart and read a value', async () => {
  const page = await open()
  page.press('\r\r')
  await page.sees('› val/loss')
  page.press('gLLL')
  await page.sees(/val\/loss \d\.\d+ +step \d+$/m)
  const [, value, step] = /val\/loss (\d\.\d+) +step (\d+)$/m.exec(page.text())!
  expect(Number(value)).toBeGreaterThan(0.4)
  expect(Number(step)).toBeGreaterThan(500)
  page.press('++')
  // The same value is read where a quarter of the range fills the screen.
  await page.sees(`val/loss ${value}`, /1\.1k/)
  expect(page.text()).not.toMatch(/ 3k/)
  page.press('0')
  await page.sees(/val\/loss 0\.\d+ +step$/m)
})

test('I do all of it on 80 by 24', async () => {
  const page = await open({ columns: 80, rows: 24 })
  page.press('  =')
  await page.sees('compare 2 runs', 'val/loss', /NAME +KIND +resnet50-0 +vit-b16-1/)
  page.press('q')
  await page.sees('2 marked')
  page.press('\u001b')
  await page.misses('marked')
  page.press('y')
  await page.sees('(JSON)', '"id": "run0004"')
  page.filter('batch_size')
  await page.sees('1 of 1 lines with "batch_size"', '"batch_size": "64"')
  page.press('q\r\r')
  await page.sees('resnet50-4 › val/loss')
  page.command('events')
  await page.sees('host.disconnected')
  page.press('?')
  await page.sees('Keys here')
})

test('I copy the id, the row and the shell command of what I see', async () => {
  const page = await open()
  page.filter('status=failed host=gpu-a')
  await page.sees('runs [2/12]')
  page.press('gc')
  await page.sees('id copied: run0003')
  expect(page.clipboard()).toBe('run0003')
  page.press('C')
  await page.sees('row copied')
  expect(page.clipboard()).toMatch(/^run0003\tbert-base-3\ttabular\tfailed\tgpu-a\t3990\t/)
  page.press('Y')
  await page.sees('command copied')
  expect(page.clipboard()).toBe("mlops get runs --filter 'status=failed host=gpu-a'")
})

test('I look elsewhere: an alert that opens calls me once, the title counts, and coming back clears it', async () => {
  const page = await open({ args: ['12', 'offline'] })
  const calls = () => [...page.session.data.matchAll(/\u001b\]9;([^\u0007]*)\u0007/g)].map(([, text]) => text)
  page.press('\u001b[O')
  await page.session.until(() => page.session.title === 'mlops (3 alerts)')
  page.happen()
  await page.session.until(() => page.session.title === 'mlops (4 alerts)')
  expect(calls()).toEqual(['mlops: gpu-a is offline: power'])
  page.press('\u001b[I')
  await page.session.until(() => page.session.title === '')
  page.press('\u001b[O')
  await page.session.until(() => page.session.title === 'mlops (4 alerts)')
  page.press('q')
  await page.session.until(() => page.session.exitCode === 0)
  expect(calls()).toHaveLength(1)
  expect(page.session.title).toBe('')
})

test('I silence all alerts at once, after a question that names them', async () => {
  const page = await open()
  page.command('alerts')
  await page.sees('alerts [3]')
  page.press('*')
  page.command('silence 2h')
  await page.sees('Silence 3 alerts?', 'Enter does it')
  page.press('\r')
  await page.sees('3 done, and in the log')
  page.command('own')
  await page.sees('done, and in the log')
})

test('I rename a saved view and forget it on its screen', async () => {
  const page = await open()
  page.filter('status=failed')
  page.command('save broken')
  page.command('views')
  await page.sees('views [1]', /broken +runs +status=failed/)
  page.press('r\u0017red\r')
  await page.sees(/red +runs +status=failed/)
  page.press('\u0004')
  await page.sees('Forget the view "red"?')
  page.press('\r')
  await page.sees('no views yet')
})

test('I follow events and search them without losing what stands around', async () => {
  const page = await open({ rows: 10 })
  page.command('events')
  await page.sees('host.disconnected')
  for (let i = 12; i < 24; i++) {
    page.happen()
    await page.sees(`name=grown-${i}`)
  }
  page.filter('host.disconnected')
  await page.sees('1 of 1 lines with "host.disconnected"')
  expect(page.text()).toContain('name=grown-12')
  page.happen()
  await page.sees('[16]')
  expect(page.text()).not.toContain('grown-24')
  page.press('\u001b')
  await page.misses('/host.disconnected')
  page.press('f')
  await page.sees('name=grown-24')
  page.press('t')
  await page.misses('2026-11-23')
})

test('I read what a run prints: I follow it, go back to its error, and see how much came meanwhile', async () => {
  const page = await open({ args: ['12', 'prints'] })
  page.press('l')
  await page.sees('logs resnet50-0', 'follows', 'RuntimeError: CUDA error: out of memory')
  page.happen()
  await page.sees('printed 1')
  page.filter('loading resnet50')
  await page.sees(/logs resnet50-0 \[\d+\/1205\] \d+ lines behind/, 'loading resnet50', 'UserWarning')
  page.press('\u001b')
  await page.misses('/loading resnet50')
  page.happen()
  await page.sees('/1206]')
  expect(page.text()).not.toContain('printed 2')
  page.press('G')
  await page.sees('printed 2', 'follows')
  page.press('t')
  await page.sees(/2026-11-23 12:00:00 +printed 2/)
  page.press('q')
  await page.sees('runs [12]')
  page.press('  l')
  await page.sees('logs of 2 runs', 'resnet50-0 │', 'vit-b16-1')
})

test('I see that the link is lost, go on reading, and it comes back', async () => {
  const page = await open({ args: ['12', 'flaky'] })
  page.happen()
  await page.sees('LOST', 'connection refused')
  page.press('j\r')
  await page.sees('runs › vit-b16-1', 'val/loss')
  page.happen()
  await page.misses('LOST')
  await page.sees('hub this process')
})

test('I use the mouse: a heading sorts, a click selects, the wheel moves', async () => {
  const page = await open()
  page.command('mouse')
  await page.sees('mouse on')
  const click = (x: number, y: number, button = 0) => page.press(`\u001b[<${button};${x};${y}M`)
  const at = page.line('EXPERIMENT').indexOf('EXPERIMENT') + 1
  click(at, 3)
  await page.sees('EXPERIMENT▲')
  click(5, 6)
  page.press('c')
  await page.sees('id copied: run0005')
  click(5, 6, 65)
  page.press('c')
  await page.sees('id copied: run0011')
})
