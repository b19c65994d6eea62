import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { onCommand, tellParent } from './parent-process.ts'

/**
 * A program: the baseline. What remains of a proxy on `node:http` and undici when it has no rules at all: the request
 * as it came to one upstream, the answer as it came back.
 */

const origin = `http://127.0.0.1:${process.argv[2]}`
const agent = new Agent({ pipelining: 1 })

/** What is about one connection and undici refuses to be told. */
const OF_CONNECTION = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'expect', 'upgrade']

async function forward(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const headers = { ...req.headers }
  for (const name of OF_CONNECTION) delete headers[name]
  const body = req.method === 'GET' || req.method === 'HEAD' ? null : req
  // undici types methods as the list it knows; Node has read this one from the request line.
  const method = (req.method ?? 'GET') as 'GET'
  await agent.stream({ origin, path: req.url ?? '/', method, headers, body }, ({ statusCode, headers }) => {
    delete headers.connection
    delete headers['keep-alive']
    delete headers['transfer-encoding']
    res.writeHead(statusCode, headers)
    return res
  })
}

const server = createServer((req, res) => {
  forward(req, res).catch(() => (res.headersSent ? res.destroy() : res.writeHead(502).end()))
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  // A server that listens on TCP has an AddressInfo.
  tellParent({ port: (server.address() as AddressInfo).port })
})
onCommand(() => undefined)
