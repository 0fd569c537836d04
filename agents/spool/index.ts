// The door of the spool.
export type { Lane } from './segment.ts'
export { Spool } from './spool.ts'
