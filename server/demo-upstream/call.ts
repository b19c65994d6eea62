import type { ReceivedRequest } from './received-requests.ts'
import type { Reply } from './reply.ts'
import type { SpeechOptions } from './speech.ts'
import type { StoredObjects } from './stored-objects.ts'

/** One request on its way to an endpoint. */
export interface Call {
  request: ReceivedRequest
  reply: Reply
  /** The variable segment of the path, decoded; '' where there is none. */
  param: string
  stored: StoredObjects
  /** How this call speaks with the given model: the scripted words, the pace. */
  speech(model: string): SpeechOptions
  /** Answers 200 with a JSON body. */
  json(value: unknown): Promise<void>
}
