import type { ChatGateway } from './chat-gateway.ts'
import type { Message, RunEvent } from './contract.ts'
import type { ConversationSettings } from './conversation-settings.ts'
import { toEventStream } from './event-stream.ts'
import { generateAnswer } from './generate-answer.ts'
import { outcomeOf, outcomeOfError } from './runs/run-outcome.ts'
import { RunRecording } from './runs/run-recording.ts'
import type { TemporaryRequest } from './temporary-contract.ts'

/**
 * Answers in a temporary chat: what arrives goes to the one who asked and nowhere else. No row, no receipt, no log line has
 * any of it, so nobody can attach to it; whoever leaves ends it.
 */
export function answerTemporarily(
  gateway: ChatGateway,
  settings: ConversationSettings,
  request: TemporaryRequest,
): ReadableStream<Uint8Array> {
  const left = new AbortController()
  return toEventStream(eventsOf(gateway, settings, request, left.signal), () => left.abort())
}

async function* eventsOf(
  gateway: ChatGateway,
  settings: ConversationSettings,
  request: TemporaryRequest,
  signal: AbortSignal,
): AsyncGenerator<{ seq: number; event: RunEvent }> {
  const branch = branchOf(request)
  const answer = branch.at(-1)
  const recording = new RunRecording()
  let seq = 0
  let written = 0
  let contextFrom: string | undefined
  const end = (outcome: ReturnType<typeof outcomeOf>): { seq: number; event: RunEvent } => ({
    seq,
    event: { type: 'end', ...outcome, model: recording.modelAnswered, ...(contextFrom && { contextFrom }) },
  })
  if (answer) yield { seq, event: { type: 'start', conversation: null, message: answer } }
  try {
    const asked = { branch, settings, readFiles: async () => new Map() }
    for await (const item of generateAnswer(gateway, asked, recording, signal)) {
      if (item.type === 'finish') return yield end(outcomeOf(item.finish))
      if (item.type === 'context') {
        contextFrom = item.fromId
        continue
      }
      if (item.type === 'annotate' || item.type === 'preview' || (item.type === 'delta' && item.text === ''))
        continue
      written++
      yield { seq: ++seq, event: item }
    }
    yield end(outcomeOf('cut'))
  } catch (error) {
    yield end(outcomeOfError(error, { signal, hasText: written > 0 }))
  }
}

/** The branch as a stored one would be, ending in the answer that is to be written. */
function branchOf({ answerId, messages }: TemporaryRequest): Message[] {
  const branch = messages.map(
    ({ role, text }, index): Message => ({
      id: String(index),
      parentId: index === 0 ? null : String(index - 1),
      role,
      parts: text === '' ? [] : [{ type: 'text', text }],
      status: 'complete',
      error: null,
      model: null,
      createdAt: index,
    }),
  )
  const last = branch.at(-1)
  if (last?.role === 'assistant')
    return [...branch.slice(0, -1), { ...last, id: answerId, status: 'running' }]
  const answer = { parts: [], status: 'running' as const, error: null, model: null, createdAt: Date.now() }
  return [...branch, { id: answerId, parentId: last?.id ?? null, role: 'assistant', ...answer }]
}
