import type { Server } from 'node:http'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { parseJson } from '#lib/gateway/parse-json.ts'
import { newId } from './openai-shapes.ts'

/** The part of a client's event that the demo looks at. */
const clientEvent = z.object({
  type: z.string(),
  item: z.object({ content: z.array(z.object({ text: z.string().optional() })).optional() }).optional(),
})

/**
 * A small Realtime API on `/v1/realtime`: it opens a session, and says back what it was told when a response is asked
 * for. It ends with the server's connections.
 */
export function playRealtime(server: Server): void {
  const sockets = new WebSocketServer({
    noServer: true,
    // As OpenAI: the plain name of the protocol, whatever else was offered.
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  })
  server.on('upgrade', (req, socket, early) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://demo')
    if (pathname !== '/v1/realtime') return socket.destroy()
    sockets.handleUpgrade(req, socket, early, (client) => {
      const say = (event: object) => client.send(JSON.stringify({ event_id: newId('event_'), ...event }))
      let told = ''
      say({ type: 'session.created', session: { id: newId('sess_'), model: searchParams.get('model') } })
      client.on('message', (data) => {
        const parsed = clientEvent.safeParse(parseJson(String(data)))
        if (!parsed.success) {
          say({ type: 'error', error: { type: 'invalid_request_error', message: 'This is no event.' } })
        } else if (parsed.data.type === 'conversation.item.create') {
          told = parsed.data.item?.content?.map(({ text = '' }) => text).join('') ?? ''
        } else if (parsed.data.type === 'response.create') {
          const id = newId('resp_')
          say({ type: 'response.created', response: { id } })
          for (const delta of told.match(/.{1,12}/gsu) ?? [])
            say({ type: 'response.output_text.delta', delta })
          say({ type: 'response.done', response: { id, status: 'completed' } })
        }
      })
    })
  })
}
