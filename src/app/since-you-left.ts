// What happened while this user's console was closed: said when it opens, remembered when it ends.
import { digestSince } from '../core/digest-since.ts'
import { formatAge } from '../core/format.ts'
import type { HubLink } from '../core/link.ts'
import { readLastSeen, writeLastSeen } from './last-seen.ts'

/** Agents that come back with the hub are no news, ms. */
const SETTLE_MS = 2_500

/** Tells the first changes since this user's last console on this hub, and how to see all; says nothing when there are none. */
export async function tellSinceYouLeft(link: HubLink, tell: (text: string) => void): Promise<void> {
  const { hub } = link.status()
  const seen = hub === undefined ? undefined : readLastSeen(hub)
  if (!seen || seen.seq === 0) return
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  try {
    const since = await digestSince(link, { seq: seen.seq })
    if (!since || since.changes.length === 0) return
    const { changes } = since
    const more = changes.length > 1 ? ` (and ${changes.length - 1} more: mlops since ${seen.seq})` : ''
    tell(`since you left ${formatAge(Date.now() - seen.at)} ago: ${changes[0]!.text}${more}`)
  } catch {
    // a hub that cannot tell the past still shows the present
  }
}

/** Notes what has been seen. */
export function rememberSeen(link: HubLink): void {
  const { hub } = link.status()
  if (hub === undefined) return
  try {
    writeLastSeen(hub, { seq: link.world().state.seq, at: Date.now() })
  } catch {
    // a disk that is full forgets
  }
}
