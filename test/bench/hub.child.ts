// A hub with a real port in a process of its own, for benchmarks; says its URL, then its CPU time when asked.
import { Hub } from '../../src/hub/hub.ts'
import { openHubServer } from '../../src/hub/server.ts'
import { pageOf } from '../../src/resources/page.ts'
import { openStore } from '../../src/store/store.ts'

const store = openStore(process.argv[2]!)
const hub = new Hub({ store, page: pageOf })
const listener = await openHubServer(hub, {
  address: { host: '127.0.0.1', port: 0 },
  token: undefined,
  version: 'bench',
})
process.send?.({ url: `ws://127.0.0.1:${listener.port}/ws` })
process.on('message', (ask) => {
  if (ask === 'cpu') process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss })
  if (ask === 'stop') {
    hub.close()
    store.close()
    process.exit(0)
  }
})
