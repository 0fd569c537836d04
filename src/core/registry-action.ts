// What people do to the registry, from the console and the command line. Each names a model; one with a version is about that one.
import type { STAGES } from '../protocol/registry-events.ts'

interface About {
  /** Name of the registered model. */
  readonly about: string
  /** Why; kept in the log. */
  readonly note?: string
}

/** The model itself, or one of its versions. */
interface Target extends About {
  readonly version?: number
}

/** An action on the registry. */
export type RegistryAction =
  /**
   * `version` null takes the alias away. With `expected` (null for none) it is refused where the alias stands for
   * something else by then.
   */
  | (About & {
      readonly action: 'alias.move'
      readonly alias: string
      readonly version: number | null
      readonly expected?: number | null
    })
  | (Target & { readonly action: 'registry.describe'; readonly description: string })
  /** `value` null takes the tag away. */
  | (Target & { readonly action: 'registry.tag'; readonly key: string; readonly value: string | null })
  | (About & {
      readonly action: 'version.stage'
      readonly version: number
      readonly stage: (typeof STAGES)[number]
    })
  | (Target & { readonly action: 'registry.delete' })
  /** Reads the files of a version anew, and notes in the log (`version.verified`) what is not as it was measured. */
  | (About & { readonly action: 'registry.verify'; readonly version: number })
  /** Brings back what was deleted in the last 30 days. */
  | (Target & { readonly action: 'registry.restore' })

/** Days in which what was deleted can be restored. */
export const RESTORE_DAYS = 30
