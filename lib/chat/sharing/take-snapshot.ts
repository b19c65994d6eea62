import type { Message } from '../contract.ts'
import { type Part, type SourcePart, type TextPart, visibleParts } from '../parts.ts'
import type { SharedMessage } from './share-contract.ts'

/**
 * A branch as strangers may see it. Only what is named here leaves: texts and sources. Ids, times and errors tell of the
 * owner; reasoning repeats instructions; tools tell of files. An answer that is still being written stays out.
 */
export function takeSnapshot(branch: readonly Message[]): SharedMessage[] {
  return branch.flatMap(({ role, parts, status, model }): SharedMessage[] => {
    if (status === 'running') return []
    const files = parts.filter(({ type }) => type === 'file').length
    return [{ role, parts: visibleParts(parts).filter(isShared).map(bare), status, model, files }]
  })
}

const isShared = (part: Part): part is TextPart | SourcePart => part.type === 'text' || part.type === 'source'

/** Field by field, so that what parts may one day carry besides does not leave unnoticed. */
function bare(part: TextPart | SourcePart): TextPart | SourcePart {
  if (part.type === 'text') {
    const { text, citations } = part
    return {
      type: 'text',
      text,
      ...(citations && {
        citations: citations.map(({ at, start, end, url, title }) => ({ at, start, end, url, title })),
      }),
    }
  }
  return { type: 'source', id: part.id, url: part.url, title: part.title }
}
