// `mlops hub`: the hub, headless.
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { LoadedConfig } from '../config.ts'
import { HubBusy } from './attach.ts'
import { HubProcess, takeStore } from './hub-process.ts'
import { settingsFor } from './place.ts'

/** What the command line says. */
export interface HubFlags {
  readonly listen?: string
  readonly tokenFile?: string
  readonly state?: string
  readonly config?: string
  readonly folders: readonly string[]
}

const say = (text: string) => process.stderr.write(`mlops hub: ${text}\n`)

async function settingsOf(flags: HubFlags): Promise<LoadedConfig> {
  const settings = await settingsFor({ config: flags.config, folders: flags.folders })
  const state = flags.state ? resolve(flags.state) : settings.state
  mkdirSync(state, { recursive: true, mode: 0o700 })
  return {
    ...settings,
    state,
    watch: settings.file || flags.folders.length > 0 ? settings.watch : [],
    listen: flags.listen ?? settings.listen,
    tokenFile: flags.tokenFile ? resolve(flags.tokenFile) : settings.tokenFile,
  }
}

/** Runs the hub until a signal ends it. Throws HubBusy, StoreError, AccessError, ConfigError. */
export async function hubVerb(flags: HubFlags): Promise<number> {
  const settings = await settingsOf(flags)
  const lock = takeStore(settings.state)
  if (!lock) throw new HubBusy(`another hub has the store in ${settings.state}`)
  const hub = new HubProcess(lock, { settings, port: 'fixed', onTrouble: say })
  try {
    await hub.start()
    say(`listening on ${hub.url}, store in ${settings.state}`)
    await new Promise<void>((done) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done())
    })
    return 0
  } finally {
    await hub.close()
  }
}
