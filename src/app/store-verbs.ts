// `mlops backup`, `restore` and `gc`: the care of a store's file.
import { resolve } from 'node:path'
import { CliError, EXIT, usageError } from '../cli/cli-error.ts'
import { formatBytes } from '../core/format.ts'
import { backupStore, restoreStore } from '../store/backup.ts'
import type { StoreLock } from '../store/database.ts'
import { openStore } from '../store/store.ts'
import { takeStore } from './hub-process.ts'
import { settingsFor, storeFile } from './place.ts'
import { prunedText, retentionOf } from './retention.ts'

/** Which store is meant. */
export interface StoreFlags {
  readonly config?: string
  /** Its state folder, instead of the config's. */
  readonly state?: string
}

async function placeOf({ config, state }: StoreFlags) {
  const settings = await settingsFor({ config, folders: [] })
  return { settings, state: state ? resolve(state) : settings.state }
}

function lockFor(state: string, what: string): StoreLock {
  const lock = takeStore(state)
  if (lock) return lock
  throw new CliError(
    `a hub has the store in ${state}`,
    `stop it, then ${what}; backups work while it runs`,
    EXIT.failed,
  )
}

function oneFile(words: readonly string[], verb: string): string {
  if (words.length !== 1) throw usageError(`mlops ${verb} needs a file`, `usage: mlops ${verb} FILE`)
  return words[0]!
}

/** Copies the store while it is in use. */
export async function backupVerb(words: readonly string[], flags: StoreFlags): Promise<number> {
  const target = oneFile(words, 'backup')
  const { state } = await placeOf(flags)
  const { events, series, bytes } = backupStore(storeFile(state), target)
  process.stdout.write(
    `wrote ${resolve(target)}: ${formatBytes(bytes)}, ${events} events, ${series} sealed series, checked\n`,
  )
  return EXIT.done
}

/** Puts a backup in the store's place and keeps what was there. */
export async function restoreVerb(words: readonly string[], flags: StoreFlags): Promise<number> {
  const from = oneFile(words, 'restore')
  const { state } = await placeOf(flags)
  const lock = lockFor(state, 'restore')
  try {
    const aside = restoreStore(from, storeFile(state), Date.now())
    process.stdout.write(`restored ${resolve(from)} into ${state}\n`)
    if (aside) process.stdout.write(`what was there is kept as ${aside}\n`)
    process.stdout.write('agents will send what is missing from their logs\n')
    return EXIT.done
  } finally {
    lock.release()
  }
}

/** Seals, prunes by the config's retention and shrinks the file. */
export async function gcVerb(flags: StoreFlags): Promise<number> {
  const { settings, state } = await placeOf(flags)
  const lock = lockFor(state, 'run gc (a running hub prunes by itself every hour)')
  try {
    const store = openStore(storeFile(state))
    store.seal()
    const pruned = store.prune(retentionOf(settings), Date.now())
    store.compact()
    store.close()
    process.stdout.write(`${prunedText(pruned)}\n`)
    return EXIT.done
  } finally {
    lock.release()
  }
}
