// Calls somebody who looks elsewhere: once for each alert that opens while the terminal has not the focus.
import type { Alert } from '../../core/alerts.ts'
import type { Call } from '../terminal/modes.ts'

/** How the user wants to be called. */
export type Notify = Call | 'off'

/** What calls are made with. */
export interface Bell {
  call(how: Call, text: string): void
  /** null gives the window its own title back. */
  setTitle(title: string | null): void
}

/** Watches focus and alerts. */
export interface Attention {
  /** The terminal got or lost the focus. */
  focus(focused: boolean): void
  /** The alerts that nobody has acknowledged or silenced, after each change. */
  alerts(firing: readonly Alert[]): void
}

const nameOf = ({ id, opened }: Alert): string => `${id} ${opened}`

function sentence(fresh: readonly Alert[]): string {
  const [first] = fresh
  return fresh.length === 1 ? `mlops: ${first!.text}` : `mlops: ${fresh.length} new alerts: ${first!.text}`
}

/**
 * Makes the watch. A terminal that never says where its focus is counts as looked at. `how` is asked each time,
 * for it may change.
 */
export function createAttention(bell: Bell, how: () => Notify): Attention {
  let away = false
  let firing: readonly Alert[] = []
  // Unknown until the first picture: what was open before is nothing new.
  let known: ReadonlySet<string> | undefined
  const title = (): void => {
    const count = firing.length
    const shown = away && count > 0 && how() !== 'off'
    bell.setTitle(shown ? `mlops (${count} ${count === 1 ? 'alert' : 'alerts'})` : null)
  }
  return {
    focus(focused) {
      away = !focused
      title()
    },
    alerts(now) {
      if (now === firing) return
      firing = now
      const fresh = known === undefined ? [] : now.filter((alert) => !known?.has(nameOf(alert)))
      known = new Set(now.map(nameOf))
      const call = how()
      if (away && fresh.length > 0 && call !== 'off') bell.call(call, sentence(fresh))
      title()
    },
  }
}
