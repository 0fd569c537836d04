// One hub a store: embed it when none runs, attach to the running one otherwise.

import type { LoadedConfig } from '../config.ts'
import type { HubLink } from '../core/link.ts'
import { readToken } from '../protocol/access.ts'
import { VERSION } from '../protocol/version.ts'
import type { StoreLock } from '../store/database.ts'
import { takeStore } from './hub-process.ts'
import { readNote } from './place.ts'

/** How often, and how many times, a hub that is just starting is looked for, ms. */
const WAIT_MS = 100
const WAIT_TIMES = 30

/** Another process has the store but cannot be reached. */
export class HubBusy extends Error {
  readonly hint = 'it may be shutting down; try again, or see mlops doctor'
}

async function follow(settings: LoadedConfig): Promise<HubLink | undefined> {
  const note = readNote(settings.state)
  if (!note) return undefined
  const token = settings.tokenFile ? readToken(settings.tokenFile) : undefined
  try {
    const { openLink } = await import('../client/dial.ts')
    return await openLink(note.url, { token, version: VERSION })
  } catch {
    return undefined
  }
}

/** The lock of the store, or a link to the hub that has it. */
export type Taken = { readonly lock: StoreLock } | { readonly lock: undefined; readonly link: HubLink }

/** Takes the store, or finds the hub that has it. Throws StoreError or HubBusy. */
export async function takeOrFollow(settings: LoadedConfig): Promise<Taken> {
  for (let attempt = 0; attempt < WAIT_TIMES; attempt++) {
    const lock = takeStore(settings.state)
    if (lock) return { lock }
    const link = await follow(settings)
    if (link) return { lock, link }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
  }
  throw new HubBusy(`another process has the store in ${settings.state} but no hub answers`)
}
