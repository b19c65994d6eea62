import type { ChatGateway } from '#lib/chat/chat-gateway.ts'
import type { Message, SendRequest } from '#lib/chat/contract.ts'
import type { FileStore } from '#lib/chat/files/file-store.ts'
import { findLiveRun } from '#lib/chat/runs/live-runs.ts'
import { findAnswer } from '#lib/chat/runs/run-store.ts'
import { type SendDependencies, sendMessage } from '#lib/chat/send-message.ts'
import type { Database } from '#lib/db/schema.ts'

/** An upstream in the gateway's place: for the chat both are an OpenAI-compatible base URL. */
export const gatewayAt = (upstream: { url: string }, over: Partial<ChatGateway> = {}): ChatGateway => ({
  baseUrl: upstream.url,
  fetch,
  api: 'responses',
  model: 'tain-demo',
  token: async () => 'a-token',
  ...over,
})

/** What a turn needs. That something cannot be stored is the test's failure. */
export const turnDependencies = (db: Database, store: FileStore, gateway: ChatGateway): SendDependencies => ({
  db,
  store,
  gateway,
  onStoreError(error) {
    throw error
  },
})

/** Sends and waits for the end of the answer; gives it as it is stored. */
export async function answerTo(
  deps: SendDependencies,
  owner: string,
  request: SendRequest,
): Promise<Message | undefined> {
  await sendMessage(deps, owner, request)
  await findLiveRun(request.answerId)?.finished
  return (await findAnswer(deps.db, owner, request.answerId))?.answer
}
