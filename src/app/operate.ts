// Verbs that open something themselves: console, hub, agent, init, doctor. Each reads its own flags.
import { type Flags, HELP_FLAG, readArgs } from '../cli/flags.ts'
import { flagDoc, flagUsage } from '../cli/help.ts'
import { placeFlags } from '../cli/verb.ts'
import { detectOperation } from './detect-operation.ts'
import { driftOperation } from './drift/operation.ts'
import { performanceOperation } from './performance-operation.ts'
import { exportOperation, importOperation } from './transfer-operations.ts'

/** A verb of the composition root. */
export interface Operation {
  readonly name: string
  readonly usage: string
  readonly summary: string
  readonly flags: Flags
  /** Words and flags in, exit code out. */
  run(
    words: readonly string[],
    flag: (name: string) => string | undefined,
    on: (name: string) => boolean,
    all: (name: string) => readonly string[],
  ): Promise<number>
}

const config = { value: 'FILE', doc: 'the config to use instead of the nearest one' }
const tokenFile = { value: 'FILE', doc: 'token, one line, mode 0600' }

const consoleOperation: Operation = {
  name: 'console',
  usage: 'mlops [DIR ...] [flags]',
  summary:
    'The console. Embeds a hub when none runs for this place, else attaches to it. Without a config, or with DIR, it watches folders.',
  flags: {
    hub: { value: 'URL', doc: 'attach to this hub, for example ws://gpu-head:7430' },
    'token-file': tokenFile,
    config,
    'read-only': { doc: 'refuse every action that changes something' },
    'screen-reader': {
      doc: 'tell everything in sentences, for screen readers (or set MLOPS_SCREEN_READER=1)',
    },
  },
  async run(folders, flag, on) {
    const { consoleVerb } = await import('./console-verb.ts')
    return consoleVerb({
      folders,
      hub: flag('hub'),
      config: flag('config'),
      tokenFile: flag('token-file'),
      readOnly: on('read-only'),
      screenReader: on('screen-reader'),
    })
  },
}

const hubOperation: Operation = {
  name: 'hub',
  usage: 'mlops hub [DIR ...] [flags]',
  summary: 'The hub, headless: takes what agents send, serves consoles. Folders named here are watched too.',
  flags: {
    listen: {
      value: 'HOST:PORT',
      doc: 'address of its port (default 127.0.0.1:7430); others than loopback need --token-file',
    },
    'token-file': tokenFile,
    state: { value: 'DIR', doc: 'folder of the store' },
    config,
  },
  async run(folders, flag) {
    const { hubVerb } = await import('./hub-verb.ts')
    return hubVerb({
      folders,
      listen: flag('listen'),
      tokenFile: flag('token-file'),
      state: flag('state'),
      config: flag('config'),
    })
  },
}

const initOperation: Operation = {
  name: 'init',
  usage: 'mlops init [DIR]',
  summary: 'Writes a commented mlops.config.ts.',
  flags: {},
  async run([folder = '.']) {
    const { initVerb } = await import('./init-verb.ts')
    return initVerb(folder)
  },
}

const doctorOperation: Operation = {
  name: 'doctor',
  usage: 'mlops doctor [DIR ...] [flags]',
  summary:
    'Checks this place: Node, terminal, GPUs, config, folders, disk, store (every chunk), hub, hosts. With DIR: which files below it are read as what, for which run, and why others are not. Exit code 1 when something is bad.',
  flags: {
    config,
    output: { short: 'o', value: 'FORMAT', doc: 'text or json', choices: ['text', 'json'], default: 'text' },
  },
  async run(folders, flag) {
    if (folders.length > 0) {
      const { doctorFolders } = await import('./doctor-folders.ts')
      return doctorFolders(folders, flag('output') === 'json')
    }
    const { doctorVerb } = await import('./doctor-verb.ts')
    return doctorVerb(flag('config'), flag('output') === 'json')
  },
}

const wallOperation: Operation = {
  name: 'wall',
  usage: 'mlops wall [flags]',
  summary:
    'A wallboard for a screen on the wall: hosts, losses of running runs, load, alerts, events. q or Ctrl-C ends it.',
  flags: {
    ...placeFlags,
    dir: { value: 'DIR', multiple: true, doc: 'watch the logs below this folder; repeatable' },
  },
  async run(words, flag, _, all) {
    const { wallVerb } = await import('./wall-verb.ts')
    return wallVerb(words, {
      hub: flag('hub'),
      store: flag('store'),
      dir: all('dir'),
      tokenFile: flag('token-file'),
      config: flag('config'),
    })
  },
}

const storeFlags: Flags = {
  config,
  state: { value: 'DIR', doc: "folder of the store, instead of the config's" },
}

const backupOperation: Operation = {
  name: 'backup',
  usage: 'mlops backup FILE [flags]',
  summary: 'Copies the store to a new file, also while a hub runs, and checks the copy.',
  flags: storeFlags,
  async run(words, flag) {
    const { backupVerb } = await import('./store-verbs.ts')
    return backupVerb(words, { config: flag('config'), state: flag('state') })
  },
}

const restoreOperation: Operation = {
  name: 'restore',
  usage: 'mlops restore FILE [flags]',
  summary: 'Puts a backup in the place of the store, while no hub runs. What was there is kept beside it.',
  flags: storeFlags,
  async run(words, flag) {
    const { restoreVerb } = await import('./store-verbs.ts')
    return restoreVerb(words, { config: flag('config'), state: flag('state') })
  },
}

const gcOperation: Operation = {
  name: 'gc',
  usage: 'mlops gc [flags]',
  summary:
    "Thins and drops points as the config's retention says and shrinks the file, while no hub runs. A hub prunes by itself every hour.",
  flags: storeFlags,
  async run(_, flag) {
    const { gcVerb } = await import('./store-verbs.ts')
    return gcVerb({ config: flag('config'), state: flag('state') })
  },
}

/** All of them; the console is what runs when no verb is named. */
export const operations: readonly Operation[] = [
  consoleOperation,
  hubOperation,
  initOperation,
  doctorOperation,
  wallOperation,
  backupOperation,
  restoreOperation,
  gcOperation,
  exportOperation,
  importOperation,
  driftOperation,
  performanceOperation,
  detectOperation,
]

/** Help of one operation. */
export function operationHelp({ usage, summary, flags }: Operation): string {
  const lines = Object.entries({ ...flags, ...HELP_FLAG }).map(
    ([name, flag]) => [flagUsage(name, flag), flagDoc(flag)] as const,
  )
  const width = Math.max(...lines.map(([text]) => text.length))
  return [
    usage,
    '',
    summary,
    '',
    'Flags:',
    ...lines.map(([text, doc]) => `  ${text.padEnd(width)}  ${doc}`),
    '',
  ].join('\n')
}

/** Reads the words behind an operation and does it. Throws CliError with code 2 for bad usage. */
export async function operate(operation: Operation, argv: readonly string[]): Promise<number> {
  const args = readArgs(operation.name, { ...operation.flags, ...HELP_FLAG }, argv)
  if (!args.on('help')) return operation.run(args.positionals, args.text, args.on, args.texts)
  process.stdout.write(operationHelp(operation))
  return 0
}
