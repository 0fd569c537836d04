// The composition root: which words start what. Everything is imported when it is needed and not before.
import { VERSION } from './protocol/version.ts'

async function help(): Promise<number> {
  const { overview } = await import('./app/overview.ts')
  process.stdout.write(overview())
  return 0
}

async function read(verbName: string, argv: readonly string[]): Promise<number | undefined> {
  const { runReading } = await import('./app/read.ts')
  return runReading(verbName, argv)
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [word, ...rest] = argv
  if (word === '--version' || word === '-V' || word === 'version') {
    process.stdout.write(`${VERSION}\n`)
    return 0
  }
  if (word === 'help' && rest[0]) return dispatch([rest[0], '--help'])
  if (word === '--help' || word === '-h' || word === 'help') return help()
  if (word === 'agent') return (await import('../agents/main.ts')).runAgent(rest)
  if (word === 'track') return (await import('../agents/track/track.ts')).runTrack(rest)
  const { operate, operations } = await import('./app/operate.ts')
  const operation = operations.find(({ name }) => name === word)
  if (operation) return operate(operation, rest)
  if (word !== undefined && !word.startsWith('-')) {
    const code = await read(word, rest)
    if (code !== undefined) return code
  }
  const { checkFolders } = await import('./app/folders.ts')
  checkFolders(argv)
  return operate(operations[0]!, argv)
}

async function main(): Promise<number> {
  try {
    return await dispatch(process.argv.slice(2))
  } catch (error) {
    const { errorText, toCliError } = await import('./cli/cli-error.ts')
    const failure = toCliError(error)
    if (process.env.MLOPS_DEBUG) console.error(error)
    process.stderr.write(errorText(failure))
    return failure.code
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})
const code = await main()
// Written output first: a pipe may still be draining.
process.stdout.write('', () => process.exit(code))
