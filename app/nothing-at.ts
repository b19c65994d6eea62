import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { markNotFound } from '#lib/page-status.ts'

/**
 * What a page returns when nothing is at its address: `page`, with the status 404. Of Next's own `notFound()` only the status
 * comes without JavaScript; it stands in where another host than ours answers.
 */
export function nothingAt(page: ReactNode): ReactNode {
  return markNotFound() ? page : notFound()
}
