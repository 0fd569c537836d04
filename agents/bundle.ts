// Entry of dist/agent.js, the one file that is copied to a host.
import { runAgent } from './main.ts'

const words = process.argv.slice(2)
process.exit(await runAgent(words[0] === 'agent' ? words.slice(1) : words))
