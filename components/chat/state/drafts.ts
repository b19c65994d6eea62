import type { SendRequest } from '#lib/chat/contract.ts'
import type { FilePart } from '#lib/chat/parts.ts'
import { isTemporary } from '../temporary/temporary-id.ts'

/**
 * What a person has typed and not yet sent, kept in this browser: a draft for each conversation, and the questions that are on
 * their way until the site acknowledges them, or their composer has them back. Without storage (private windows, a full disk) nothing is kept, and nothing breaks.
 */

export type Outgoing = Omit<Extract<SendRequest, { kind: 'ask' }>, 'files'> & {
  files?: readonly FilePart[]
  /** All that are to answer it, where they are not the conversation's; the first is `model`. */
  models?: readonly string[]
  /** The question in whose place it is asked. */
  insteadOf?: string
}

const filesName = (key: string) => `tain:files:${key}`
const modelsName = (key: string) => `tain:models:${key}`
const draftName = (key: string) => `tain:draft:${key}`
const outgoingName = (key: string) => `tain:sending:${key}`

export function loadDraft(key: string): string {
  return read(draftName(key)) ?? ''
}

/** Calls back whenever the page may be left for good, the last moments to keep something. Returns how to call it off. */
export function whenLeaving(keep: () => void): () => void {
  window.addEventListener('pagehide', keep)
  document.addEventListener('visibilitychange', keep)
  return () => {
    window.removeEventListener('pagehide', keep)
    document.removeEventListener('visibilitychange', keep)
  }
}

export function saveDraft(key: string, text: string): void {
  write(draftName(key), text === '' ? null : text)
}

/** Uploads that belong to the draft of `key`. */
export function loadDraftFiles(key: string): FilePart[] {
  // Written by `saveDraftFiles`, the only writer of this name.
  return (parsed(read(filesName(key))) as FilePart[] | null) ?? []
}

export function saveDraftFiles(key: string, files: readonly FilePart[]): void {
  write(filesName(key), files.length === 0 ? null : JSON.stringify(files))
}

/** The models that the draft of `key` alone is for. */
export function loadDraftModels(key: string): string[] {
  // Written by `saveDraftModels`, the only writer of this name.
  return (parsed(read(modelsName(key))) as string[] | null) ?? []
}

export function saveDraftModels(key: string, models: readonly string[]): void {
  write(modelsName(key), models.length === 0 ? null : JSON.stringify(models))
}

export function keepOutgoing(key: string, outgoing: Outgoing): void {
  saveOutgoing(key, [...othersThan(key, outgoing.questionId), outgoing])
}

export function dropOutgoing(key: string, questionId: string): void {
  saveOutgoing(key, othersThan(key, questionId))
}

/** What was on its way when an earlier page of this browser ended, in the order of asking. */
export function loadOutgoing(key: string): Outgoing[] {
  // Written by `saveOutgoing`, the only writer of this name; once there was only one of a key.
  return [(parsed(read(outgoingName(key))) as Outgoing[] | Outgoing | null) ?? []].flat()
}

function saveOutgoing(key: string, all: readonly Outgoing[]): void {
  write(outgoingName(key), all.length === 0 ? null : JSON.stringify(all))
}

const othersThan = (key: string, id: string) =>
  loadOutgoing(key).filter(({ questionId }) => questionId !== id)

/** What a person leaves behind in this browser goes with the person: texts that were not sent, and the own key. */
export function forgetPerson(): void {
  try {
    const names = Object.keys(localStorage).filter((name) =>
      /^tain:(draft|files|models|sending|own-key)/.test(name),
    )
    for (const name of names) localStorage.removeItem(name)
  } catch {
    // Without storage nothing was left.
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

function write(name: string, value: string | null): void {
  if (isTemporary(name.slice(name.indexOf(':', 'tain:'.length) + 1))) return
  try {
    if (value === null) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch {
    // Storage is refused or full; the text is still in the page.
  }
}
