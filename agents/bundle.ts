// Entry of dist/agent.js, the one file that is copied to a host.
import { runAgent } from './main.ts'

const words = process.argv.slice(2)

async function run(): Promise<number> {
  if (words[0] === 'track') return (await import('./track/track.ts')).runTrack(words.slice(1))
  return runAgent(words[0] === 'agent' ? words.slice(1) : words)
}

const code = await run()
// Written output first: a pipe may still be draining.
process.stdout.write('', () => process.exit(code))
