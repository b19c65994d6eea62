import dns from 'node:dns'
import { createServer } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Loaded into a site under test before its own code: it tells over HTTP what only the process itself knows, and makes
 * names under `.silent.test` never resolve, as with a name server that does not answer.
 */
export interface ProcessState {
  /** Resident memory, after everything unused was collected. */
  rssBytes: number
  /** Open TCP sockets, both ways. */
  sockets: number
}

setFlagsFromString('--expose-gc')
// The only way to get at it without a flag of the command line.
const collect = runInNewContext('gc') as () => void

// Processes that the site itself starts are none of the test's business.
delete process.env.NODE_OPTIONS

const lookup = dns.lookup
const patched = (hostname: string, ...rest: unknown[]): void => {
  // The many overloads of `lookup` are passed on as they came.
  if (!hostname.endsWith('.silent.test')) (lookup as (...args: unknown[]) => void)(hostname, ...rest)
}
dns.lookup = patched as typeof dns.lookup

const server = createServer((_, res) => {
  collect()
  const sockets = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
  const state: ProcessState = { rssBytes: process.memoryUsage.rss(), sockets }
  res.setHeader('connection', 'close')
  res.end(JSON.stringify(state))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') process.stdout.write(`probe on port ${address.port}\n`)
})
server.unref()
