// Names for runs that were given none.
import { randomInt } from 'node:crypto'

const HOW =
  'amber brisk calm clear eager fair fleet gentle keen lucid merry noble plain quiet sharp tidy vivid'.split(
    ' ',
  )
const WHO =
  'badger crane falcon finch hare heron ibex lark lynx marten otter puffin raven seal stork tern wren'.split(
    ' ',
  )

/** A name such as `calm-otter-412`; not unique. */
export const randomRunName = (): string =>
  `${HOW[randomInt(HOW.length)]}-${WHO[randomInt(WHO.length)]}-${randomInt(1000)}`
