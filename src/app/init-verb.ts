// `mlops init`: writes a commented mlops.config.ts for this folder.
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from '../config.ts'

const TEMPLATE = `import { defineConfig } from 'mlops-console'

export default defineConfig({
  // Folders with logs (TensorBoard, CSV, JSONL); new runs are found by themselves.
  watch: ['.'],

  // Other machines, each with its own \`mlops agent\`:
  // agents: [{ url: 'wss://gpu-01.example:7431', tokenFile: '.secrets/gpu-01.token' }],

  // The hub's port for other consoles and agents; other addresses than loopback need a token.
  // listen: '127.0.0.1:7430',
  // tokenFile: '.secrets/hub.token',

  // Keys of your own for any command of the console; saved changes hold at once.
  // keys: { 'ctrl+r': 'runs status=running', b: 'alerts' },

  // Aliases that people move and clients of the API do not.
  // registry: { protected: ['champion'] },

  // Experiments and models grouped by their names; the quota is for files of model versions in the hub, bytes.
  // projects: { vision: { experiments: ['cifar*'], models: ['vision-*'], quotaBytes: 20e9 } },

  // How an alert calls you while you look elsewhere: 'osc9' (a desktop notification), 'bell' or 'off'.
  // notify: 'osc9',

  // Sentences in place of pictures, for a screen reader.
  // screenReader: true,

  // Where the store and this machine's spool lie.
  // state: '.mlops',
})
`

/** Writes the file; refuses to replace one. Throws ConfigError. */
export function initVerb(folder: string): number {
  const file = resolve(folder, 'mlops.config.ts')
  if (existsSync(file)) throw new ConfigError(`${file} exists`, 'edit it, or move it away first')
  writeFileSync(file, TEMPLATE)
  process.stdout.write(`wrote ${file}\nadd .mlops/ to .gitignore, then run: mlops\n`)
  return 0
}
