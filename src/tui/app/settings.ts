// What a config says of the console, and reading it again while the console runs.

import type { Notify } from './attention.ts'
import { type Choices, type Preferences, readChoices } from './choices.ts'
import { type CustomKeys, readKeys } from './custom-keys.ts'
import type { Action } from './reduce.ts'

/** What a config says of the console. */
export interface ConsoleSettings {
  /** Keys as the user writes them, and commands. */
  readonly keys: Readonly<Record<string, string>>
  readonly notify: Notify
}

/** Where settings come from. */
export interface SettingsSource {
  /** What held at the start. */
  readonly first: ConsoleSettings
  /**
   * Reads them again; `later` names what else has changed and holds only from the next start. Rejects with a
   * sentence that names the field.
   */
  read(): Promise<{ readonly settings: ConsoleSettings; readonly later: readonly string[] }>
  /** Calls `changed` whenever the file was written; returns the way to stop. */
  watch(changed: () => void): () => void
}

/** What follows the files. */
export interface SettingsFollower {
  /** What holds now. */
  readonly settings: ConsoleSettings
  /** Reads config and preferences again, and says so. */
  reload(): Promise<void>
  stop(): void
}

interface FollowOptions {
  readonly source?: SettingsSource
  readonly preferences?: Preferences
  /** The choices as they are shown. */
  readonly choices: () => Choices
  readonly dispatch: (action: Action) => void
  readonly tell: (text: string) => void
}

/** Without a config. */
export const plainSettings: ConsoleSettings = { keys: {}, notify: 'osc9' }

const KEPT = 'what held before still holds'

const noKeys: CustomKeys = new Map()

/** Follows config and preferences: what can be read holds at once, what cannot is told and changes nothing. */
export function followSettings(options: FollowOptions): SettingsFollower {
  const { source, preferences, choices, dispatch, tell } = options
  let settings = source?.first ?? plainSettings

  const takeKeys = (next: ConsoleSettings): void => {
    const read = readKeys(next.keys)
    if ('problem' in read) throw new Error(read.problem)
    settings = next
    dispatch({ type: 'keys', keys: read.keys })
  }
  const readConfig = async (): Promise<string> => {
    if (!source) return 'there is no config to read'
    const { settings: next, later } = await source.read()
    takeKeys(next)
    return later.length === 0
      ? 'config read again'
      : `config read again; ${later.join(', ')}: from the next start`
  }
  const readPreferences = (): void => {
    const raw = preferences?.read?.()
    if (raw === undefined) return
    const read = readChoices(raw)
    if (JSON.stringify(read) !== JSON.stringify(choices())) dispatch({ type: 'choices', choices: read })
  }
  const telling = async (read: () => Promise<string | undefined> | string | undefined): Promise<void> => {
    try {
      const text = await read()
      if (text !== undefined) tell(text)
    } catch (error) {
      tell(`${(error as Error).message}; ${KEPT}`)
    }
  }
  const stops = [
    source?.watch(() => void telling(readConfig)),
    preferences?.watch?.(() => void telling(() => void readPreferences())),
  ]
  try {
    takeKeys(settings)
  } catch (error) {
    dispatch({ type: 'keys', keys: noKeys })
    tell(`${(error as Error).message}; none of your keys holds`)
  }
  return {
    get settings() {
      return settings
    },
    reload: () =>
      telling(async () => {
        readPreferences()
        return readConfig()
      }),
    stop() {
      for (const stop of stops) stop?.()
    },
  }
}
