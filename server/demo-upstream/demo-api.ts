import { createHash, timingSafeEqual } from 'node:crypto'
import type { Call } from './call.ts'
import { createChatCompletion } from './chat-completions.ts'
import { createComposer } from './compose-answer.ts'
import { deleteFile, downloadFile, listFiles, retrieveFile, uploadFile } from './files.ts'
import { listModels, paceOf, retrieveModel } from './models.ts'
import { type Refusal, refuse, standardHeaders } from './openai-shapes.ts'
import type { ReceivedRequest } from './received-requests.ts'
import type { Reply } from './reply.ts'
import { createResponse, deleteResponse, retrieveResponse } from './responses.ts'
import type { ScriptStep } from './script-steps.ts'
import { createEmbedding, createModeration } from './small-endpoints.ts'
import type { StoredObjects } from './stored-objects.ts'

type Endpoint = (call: Call) => Promise<void>

const routes: Array<{ path: RegExp; methods: Record<string, Endpoint> }> = [
  { path: /^\/v1\/models$/, methods: { GET: listModels } },
  { path: /^\/v1\/models\/([^/]+)$/, methods: { GET: retrieveModel } },
  { path: /^\/v1\/chat\/completions$/, methods: { POST: createChatCompletion } },
  { path: /^\/v1\/responses$/, methods: { POST: createResponse } },
  { path: /^\/v1\/responses\/([^/]+)$/, methods: { GET: retrieveResponse, DELETE: deleteResponse } },
  { path: /^\/v1\/embeddings$/, methods: { POST: createEmbedding } },
  { path: /^\/v1\/moderations$/, methods: { POST: createModeration } },
  { path: /^\/v1\/files$/, methods: { GET: listFiles, POST: uploadFile } },
  { path: /^\/v1\/files\/([^/]+)$/, methods: { GET: retrieveFile, DELETE: deleteFile } },
  { path: /^\/v1\/files\/([^/]+)\/content$/, methods: { GET: downloadFile } },
  { path: /^\/v1\/containers\/[^/]+\/files\/([^/]+)\/content$/, methods: { GET: downloadFile } },
]

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** The endpoint of a request, or the 404 or 405 it gets. */
function route({ method, path }: ReceivedRequest): { endpoint: Endpoint; param: string } | Refusal {
  for (const { path: pattern, methods } of routes) {
    const match = pattern.exec(path)
    if (!match) continue
    const endpoint = methods[method === 'HEAD' ? 'GET' : method]
    if (endpoint) return { endpoint, param: decoded(match[1] ?? '') }
    return {
      ...refuse(405, `Not allowed to ${method} on ${path}.`, null, 'method_not_supported'),
      headers: [['allow', Object.keys(methods).join(', ')]],
    }
  }
  return refuse(404, `Invalid URL (${method} ${path})`)
}

const sameText = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function checkKey(authorization: string | undefined, key: string): Refusal | undefined {
  if (!authorization?.startsWith('Bearer ')) {
    return refuse(401, 'You did not provide an API key: send it as `Authorization: Bearer KEY`.')
  }
  if (sameText(authorization.slice('Bearer '.length), key)) return undefined
  return refuse(401, 'Incorrect API key provided.', null, 'invalid_api_key')
}

export interface DemoApiOptions {
  tokensPerSecond: number
  requireKey: string | false
}

/** OpenAI's API as far as the demo speaks it. */
export function createDemoApi({ tokensPerSecond, requireKey }: DemoApiOptions) {
  const stored: StoredObjects = { responses: new Map(), files: new Map() }
  const composer = createComposer()

  return {
    async handle(request: ReceivedRequest, reply: Reply, say: ScriptStep['say']): Promise<void> {
      const denied = requireKey === false ? undefined : checkKey(request.headers.authorization, requireKey)
      if (denied) return reply.refuse(denied)
      const found = route(request)
      if ('error' in found) return reply.refuse(found)
      return found.endpoint({
        request,
        reply,
        param: found.param,
        stored,
        speech: (model) => ({ say, composer, reply, perSecond: paceOf(model, tokensPerSecond) }),
        json: (value) =>
          reply.send(
            200,
            [['content-type', 'application/json'], ...standardHeaders()],
            JSON.stringify(value, null, 2),
          ),
      })
    },
    reset(): void {
      stored.responses.clear()
      stored.files.clear()
      composer.reset()
    },
  }
}
