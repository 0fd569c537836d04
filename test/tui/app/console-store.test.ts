// What the store itself does: acting on alerts through the link.
import { expect, test } from 'vitest'
import { Refused } from '../../../src/core/link.ts'
import { createConsoleStore } from '../../../src/tui/app/console-store.ts'
import { initialState, listView } from '../../../src/tui/app/ui-state.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { fakeHub, NOW } from '../../frames/world.ts'
import { keyOf } from './driving.ts'

function open(refused: readonly string[]) {
  const hub = fakeHub()
  const asked: string[] = []
  const store = createConsoleStore({
    link: {
      ...hub.link,
      async act({ about }) {
        asked.push(about)
        if (refused.includes(about)) throw new Refused(`no alert ${about}`, 'look again')
      },
    },
    clock: { now: () => NOW, after: () => () => {} },
    first: initialState(80, 24, listView('alerts', [])),
    isSlow: () => false,
    onEffect: () => {},
    surroundings: {
      theme: createTheme({ depth: 24, unicode: true }),
      version: '0.1.0',
      where: undefined,
      readOnly: false,
    },
  })
  const press = (...names: string[]) => {
    for (const name of names) store.dispatch({ type: 'input', event: keyOf(name) })
  }
  const ids = store
    .snapshot()
    .facts.rows({ resource: 'alerts', filter: '', sort: [] })
    .items.map(({ id }) => id)
  return { store, press, asked, ids, message: () => store.snapshot().state.message }
}

test('all marked alerts are acted on, in order, although one is refused; how many is told', async () => {
  const bad = 'run.diverged:run0003:train/loss'
  const { press, store, asked, ids, message } = open([bad])
  press('*')
  store.dispatch({ type: 'command', line: 'ack mine' })
  press('enter')
  await expect.poll(message).toEqual({ text: `2 done, 1 not: no alert ${bad}`, tone: 'warn' })
  expect(asked).toEqual(ids)
  store.stop()
})

test('one alert that is refused is told in the words of the hub', async () => {
  const { store, ids, message } = open(['source.unreadable:host1:/data/logs/old.csv'])
  expect(ids[0]).toBe('source.unreadable:host1:/data/logs/old.csv')
  store.dispatch({ type: 'command', line: 'own ada' })
  await expect.poll(message).toEqual({ text: `no alert ${ids[0]}`, tone: 'warn' })
  store.stop()
})
