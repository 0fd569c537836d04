// One agent per state folder: a file with the owner's pid and start time, so that a reused pid is not mistaken for it.
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Another agent has the state folder. */
export class StateTaken extends Error {
  readonly hint = 'stop the other agent, or give this one its own folder: --state DIR'
}

/** When a process started, in clock ticks since boot; `?` where the system does not tell, `dead` for a zombie. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'dead' : (fields[19] ?? '?')
  } catch {
    return '?'
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The pid that holds the lock, unless it is dead or another process by now. */
function holder(file: string): number | undefined {
  try {
    const [pid, start] = readFileSync(file, 'utf8').trim().split(' ')
    return isAlive(Number(pid)) && startOf(Number(pid)) === start ? Number(pid) : undefined
  } catch {
    return undefined
  }
}

/** Takes the folder for this process; the returned function gives it back. Throws StateTaken. */
export function lockState(folder: string): () => void {
  const file = join(folder, 'agent.pid')
  const pid = holder(file)
  if (pid !== undefined && pid !== process.pid)
    throw new StateTaken(`the state folder ${folder} is used by process ${pid}`)
  writeFileSync(file, `${process.pid} ${startOf(process.pid)}\n`, { mode: 0o600 })
  return () => {
    try {
      unlinkSync(file)
    } catch {
      // somebody tidied up before us
    }
  }
}
