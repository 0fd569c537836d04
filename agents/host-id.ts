// A name for this agent that survives the loss of its state folder: the hub then replaces what it
// had of the runs instead of showing them twice.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** 12 hex digits made of the machine, its host name and `place`, which tells agents of one machine apart. */
export function hostId(place: string): string {
  return createHash('sha256').update(`${machineId()}\0${hostname()}\0${place}`).digest('hex').slice(0, 12)
}
