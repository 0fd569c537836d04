// What the hub does by the clock for its own store. The clock is node-cron's; what is due is decided here.
import { schedule, setLogger } from 'node-cron'
import type { Retention } from '../store/retention.ts'
import type { Store } from '../store/store.ts'

/** Prunes at 17 minutes past each hour, when nothing else starts. */
const HOURLY = '17 * * * *'

const silent = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }

/** Prunes the store hourly; returns the way to stop. A failure is told and tried again an hour later. */
export function keepHouse(store: Store, retention: Retention, trouble: (text: string) => void): () => void {
  // Its own lines would go over the console's screen.
  setLogger(silent)
  const pass = () => {
    try {
      store.prune(retention, Date.now())
    } catch (error) {
      trouble(`retention: ${(error as Error).message}`)
    }
  }
  const task = schedule(HOURLY, pass, { noOverlap: true })
  return () => void task.destroy()
}
