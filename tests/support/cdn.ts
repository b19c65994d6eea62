import { once } from 'node:events'
import { createServer } from 'node:http'
import { pipeline } from 'node:stream/promises'

/** A second origin that passes on static files of a site and has nothing else, as a CDN that fetches from it. */
export interface TestCdn {
  /** Paths that were asked for, in order. */
  asked: string[]
  close(): Promise<void>
}

export async function startCdn(port: number, siteUrl: () => string): Promise<TestCdn> {
  const asked: string[] = []
  const server = createServer(async (req, res) => {
    const path = req.url ?? ''
    asked.push(path)
    if (!path.startsWith('/_next/static/')) return res.writeHead(404).end()
    const { status, headers, body } = await fetch(siteUrl() + path, {
      headers: { 'accept-encoding': 'identity' },
    })
    for (const name of ['content-type', 'cache-control', 'access-control-allow-origin']) {
      const value = headers.get(name)
      if (value !== null) res.setHeader(name, value)
    }
    res.statusCode = status
    if (body) await pipeline(body, res)
    else res.end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    asked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
