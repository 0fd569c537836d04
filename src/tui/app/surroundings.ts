// What the console runs in.
import type { Theme } from '../terminal/style.ts'

/** What never changes while the console runs. */
export interface Surroundings {
  readonly theme: Theme
  readonly version: string
  /** What is watched, in words; undefined when the hub is elsewhere. */
  readonly where: string | undefined
  readonly readOnly: boolean
  /** Everything is told in sentences, for a screen reader. */
  readonly linear?: boolean
}
