// A hub and an agent in one process, joined by a memory channel, on real folders.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent } from '../../agents/agent.ts'
import type { Emit, Source } from '../../agents/sources/source.ts'
import { Spool } from '../../agents/spool/index.ts'
import { Hub } from '../../src/hub/hub.ts'
import { type Channel, memoryChannels } from '../../src/protocol/channel.ts'
import { openStore, type Store } from '../../src/store/store.ts'

/** A source that emits numbered points of one run, `perPoll` a poll, up to `total`, and remembers how far it got. */
export function countingSource(
  total: number,
  perPoll: number,
  cursors: ReadonlyMap<string, unknown>,
): Source {
  let next = (cursors.get('count') as number | undefined) ?? 0
  return {
    name: 'counting',
    async poll(emit: Emit) {
      const data = { name: 'run', experiment: 'x', source: 'counting', path: '/run', started: null }
      if (next === 0) emit.event({ type: 'run.found', at: 0, about: 'run', data })
      const end = Math.min(total, next + perPoll)
      for (; next < end; next++) emit.point('run', 'n', next, next, next)
      try {
        emit.cursor('count', next)
      } catch {
        // as the source of files does: a failure of one file is not thrown
      }
      return next < total
    },
    close: () => {},
  }
}

/** What a test makes and throws away. */
export interface Pair {
  readonly folder: string
  store: Store
  hub: Hub
  startAgent(total: number, perPoll?: number): Agent
  spoolOf(agent: Agent): Spool
  /** Connects the agent; the channel ends come back so that a test can break them. */
  connect(agent: Agent): { ended: Promise<string>; cut: () => void }
  restartHub(): void
  /** Opens store and hub again after the test closed, and maybe deleted, them. */
  restartStore(): void
  values(): number[]
  close(): void
}

/** A fresh pair in a temporary folder. */
export function makePair(): Pair {
  const folder = mkdtempSync(join(tmpdir(), 'pair-'))
  const file = join(folder, 'store.db')
  const store = openStore(file)
  const agents: Agent[] = []
  const spools = new Map<Agent, Spool>()
  const pair: Pair = {
    folder,
    store,
    hub: new Hub({ store }),
    startAgent(total, perPoll = 100) {
      const spool = new Spool({ folder: join(folder, 'spool'), segmentBytes: 20_000 })
      const sources = (lane: string, { cursors }: { cursors: ReadonlyMap<string, unknown> }) =>
        lane === 'run' ? [countingSource(total, perPoll, cursors)] : []
      const agent = new Agent({ name: 'host', role: 'training', version: 'test', spool, sources, pollMs: 1 })
      agents.push(agent)
      spools.set(agent, spool)
      return agent
    },
    spoolOf: (agent) => spools.get(agent)!,
    connect(agent) {
      const [mine, theirs]: [Channel, Channel] = memoryChannels()
      pair.hub.serveAgent(theirs)
      return { ended: agent.serve(mine), cut: () => mine.close('cut by the test') }
    },
    restartHub() {
      pair.hub.close()
      pair.store.close()
      pair.restartStore()
    },
    restartStore() {
      pair.store = openStore(file)
      pair.hub = new Hub({ store: pair.store })
    },
    values: () => [...pair.store.points({ owner: 'run', key: 'n', x: 'step', points: 0 }).values],
    close() {
      for (const agent of agents) agent.stop()
      pair.hub.close()
      pair.store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return pair
}
