// A console over a link of 2 kB/s: everything by keyboard on 80 by 24, and the screen stays right.
import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bundleFixture } from '../frames/screen.ts'
import { openPage, type Page } from './page.ts'

/** Bytes a second of a poor line. */
const RATE = 2_000

let folder = ''
let program = ''
let page: Page | undefined

beforeAll(async () => {
  ;({ folder, program } = await bundleFixture())
})
afterEach(({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`${page?.text().replace(/\s+$/gm, '')}\n`)
  page?.end()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** From now on the terminal is read no faster than the line lets bytes through; it answers as terminals do. */
function slowDown({ session: { pty, term } }: Page): void {
  term.onData((answer) => pty.write(answer))
  pty.onData((chunk) => {
    pty.pause()
    setTimeout(() => pty.resume(), (Buffer.byteLength(chunk) / RATE) * 1000)
  })
}

/** Goes up and down a list, faster than the line lets frames through, until a text is on the screen. */
async function seesInHaste(text: RegExp): Promise<void> {
  let seen = false
  const found = page!.sees(text).then(() => {
    seen = true
  })
  for (let i = 0; !seen; i++) {
    page!.press(i % 2 === 0 ? 'G' : 'g')
    if (i % 10 === 9) page!.happen()
    await Promise.race([found, new Promise((next) => setTimeout(next, 100))])
  }
}

/** The text on the screen; cells that were never written are blanks too. */
const onScreen = (): string => page!.text().replace(/ +$/gm, '')

/** The screen after every cell has been written anew. */
async function drawnAnew(): Promise<string> {
  const { session } = page!
  const before = session.data.length
  page!.press('\u000c')
  await session.until(() => session.data.slice(before).includes('help'))
  return onScreen()
}

test('on a line of 2 kB/s I get to what I want, see that it is slow, and the screen is right', async () => {
  page = await openPage(program, { columns: 80, rows: 24, args: ['60'] })
  slowDown(page)
  // Faster than the line: screens on the way are passed over, keys are not.
  await seesInHaste(/link slow, data \d+ s old/)
  page.command('alerts')
  await page.sees('train/loss is NaN')
  page.filter('diverged')
  await page.sees(/alerts \[\d+\/\d+\]/)
  page.press('\r\r')
  await page.sees('› train/loss')
  page.command('runs')
  page.filter('status=failed host=gpu-a')
  await page.sees(/runs \[\d+\/\d+\] \/status=failed host=gpu-a/)
  await page.sees('bert-base-3 ', 'vit-b16-57')
  await page.misses('resnet50')
  const before = onScreen()
  expect(await drawnAnew()).toBe(before)
}, 60_000)
