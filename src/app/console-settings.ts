// What the config says of the console, read again when its file changes.
import { basename, dirname } from 'node:path'
import { ConfigError, type LoadedConfig, loadConfig } from '../config.ts'
import type { ConsoleSettings, SettingsSource } from '../tui/app/settings.ts'
import { watchFile } from './file-watch.ts'

const consoleOf = ({ keys, notify }: LoadedConfig): ConsoleSettings => ({ keys, notify })

/** What changed that only another start takes up. */
function otherChanges(before: LoadedConfig, now: LoadedConfig): string[] {
  const names = Object.keys(now) as (keyof LoadedConfig)[]
  return names.filter(
    (name) =>
      name !== 'keys' && name !== 'notify' && JSON.stringify(before[name]) !== JSON.stringify(now[name]),
  )
}

/** Settings of the console from a config that came from a file; undefined for one that did not. */
export function settingsSource(started: LoadedConfig | undefined): SettingsSource | undefined {
  if (!started?.file) return undefined
  const { file } = started
  return {
    first: consoleOf(started),
    async read() {
      try {
        const now = await loadConfig(file)
        return { settings: consoleOf(now), later: otherChanges(started, now) }
      } catch (error) {
        // The footer has little room: the file's name is enough there.
        if (error instanceof ConfigError)
          throw new Error(error.message.replaceAll(`${dirname(file)}/`, '').replaceAll(file, basename(file)))
        throw error
      }
    },
    watch: (changed) => watchFile(file, changed),
  }
}
