// Clocks that jump: years ahead, years back, on either side, in the middle of the work (libfaketime).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAble, run } from './abilities.ts'
import { killAll, saying, startMlops } from './daemon.ts'
import { caughtUp, judge } from './oracle.ts'
import { makePlace, type Place } from './place.ts'

let place: Place
beforeEach(async () => {
  place = await makePlace()
})
afterEach(async () => {
  await killAll()
  place.remove()
})

/** A program in front of another that reads its clock's offset from a file, each time anew; monotonic time stays true. */
function clockFrom(file: string): string[] {
  const preload = /^LD_PRELOAD=(\S+)/m.exec(run('faketime', '-f', '+0', 'env'))![1]!
  const settings = {
    LD_PRELOAD: preload,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  return ['env', ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)]
}

describe.skipIf(!isAble('faketime'))('a clock', { timeout: 90_000 }, () => {
  test.each(['hub', 'agent'])(
    'of the %s that jumps ten years ahead and back costs no point and no connection',
    async (whose) => {
      const file = join(place.folder, 'clock')
      const set = (offset: string) => writeFileSync(file, `${offset}\n`)
      set('+0')
      const shifted = clockFrom(file)
      const hubWords = ['hub', '--listen', `127.0.0.1:${place.hubPort}`, '--state', place.hubState]
      const hub = startMlops(hubWords, whose === 'hub' ? shifted : [])
      await saying(hub, /listening on/)
      const agentWords = [
        'agent',
        place.logs,
        '--hub',
        `ws://127.0.0.1:${place.hubPort}`,
        '--state',
        place.agentState,
      ]
      const agent = startMlops([...agentWords, '--interval', '0'], whose === 'agent' ? shifted : [])
      for (const offset of ['+0', '+10y', '-10y', '+1h', '-1h', '+0']) {
        set(offset)
        place.append(300)
        await caughtUp(place, 20_000, agent.said)
      }
      expect([hub.running(), agent.running()]).toEqual([true, true])
      expect(agent.said()).not.toMatch(/nothing heard|closed with/)
      expect(judge(place).faults).toEqual([])
    },
  )
})
