// A column of a screen that is no noun.
import type { Heading } from '../../resources/define.ts'

/** A heading on the left, `max` cells wide at most. */
export const heading = (key: string, title: string, max: number): Heading => ({
  key,
  title,
  align: 'left',
  max,
  doc: '',
  table: 'always',
})
