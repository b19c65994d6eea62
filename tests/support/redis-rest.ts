import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from '@redis/client'

/** A real Redis behind Upstash's REST API, as serverless-redis-http puts one there. */
export async function startRedisRest(redisUrl: string, token: string) {
  const client = createClient({ url: redisUrl, RESP: 2 })
  client.on('error', () => {})
  await client.connect()
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const say = (status: number, reply: object) => res.writeHead(status).end(JSON.stringify(reply))
    if (req.headers.authorization !== `Bearer ${token}`) return say(401, { error: 'Unauthorized' })
    await client.sendCommand(JSON.parse(String(Buffer.concat(chunks)))).then(
      (result) => say(200, { result }),
      (error: Error) => say(400, { error: error.message }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A server that listens on TCP has an AddressInfo.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: () => client.keys('*'),
    async close() {
      client.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}
