import type { Reply } from './reply.ts'
import { eachUntilGone } from './reply.ts'
import type { ScriptedResponse, ScriptStep } from './script-steps.ts'

async function respond(
  reply: Reply,
  { status = 200, headers = [], body = '' }: ScriptedResponse,
): Promise<void> {
  if (typeof body === 'string' || body instanceof Uint8Array) return reply.send(status, headers, body)
  await reply.start(status, headers)
  for await (const chunk of eachUntilGone(body, reply.gone)) await reply.write(chunk)
  await reply.end()
}

/** Plays what the script spelled out; false if the step leaves the answer to the demo. */
export async function playStep(step: ScriptStep, reply: Reply): Promise<boolean> {
  if (step.bytes !== undefined) await reply.raw(step.bytes)
  else if (step.respond) await respond(reply, step.respond)
  else return false
  return true
}
