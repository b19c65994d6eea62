/**
 * Where a page of a list ended that is read newest first: `created_at.id` of its last row. It goes through addresses, so
 * that the contracts of browsers know it too: nothing is imported here.
 */

/** What a place looks like. */
export const PLACE = /^\d{1,15}\.[0-9a-f-]{36}$/

export interface Placed {
  /** Unix milliseconds. */
  created_at: number
  id: string
}

export const writePlace = ({ created_at, id }: Placed): string => `${created_at}.${id}`

/** The place of a text that looks like one. */
export function readPlace(text: string): Placed {
  const [at = '', id = ''] = text.split('.')
  return { created_at: Number(at), id }
}
