import type { MeteredRequest } from '#lib/gateway/metering/meter.ts'

/**
 * What a request means to a quota. `free`: it writes nothing new, or costs nothing by the token. `text` and `other`: what
 * it came to is stated by upstream, or else counted in the text, or taken to be what was reserved. `uncountable`: it costs
 * money that no answer of its own will state.
 */
export type Metering = 'free' | 'text' | 'other' | 'uncountable'

const TEXT = /^\/(chat\/completions|completions|responses|responses\/compact|embeddings)$/
const OTHER = /^\/(images\/(generations|edits|variations)|audio\/(speech|transcriptions|translations))$/
const FREE =
  /^\/(moderations|files|uploads(\/[\w-]+\/(parts|complete|cancel))?|conversations(\/[\w-]+(\/items)?)?|chat\/completions\/[\w-]+|responses\/input_tokens|(responses|batches|fine_tuning\/jobs|vector_stores\/[\w-]+\/file_batches)\/[\w-]+\/cancel)$/

/** What is known of no path here (spelt otherwise, or new) counts as uncountable: a quota is not left by a side door. */
export function meteringOf({ method, path, isSocket }: MeteredRequest): Metering {
  if (isSocket) return 'uncountable'
  if (method !== 'POST') return 'free'
  if (TEXT.test(path)) return 'text'
  if (OTHER.test(path)) return 'other'
  return FREE.test(path) ? 'free' : 'uncountable'
}

/** Whether its body is a file, or a part of one. */
export const isUpload = ({ method, path }: MeteredRequest) =>
  method === 'POST' && /^\/(files|uploads\/[^/]+\/parts)\/?$/.test(path)
