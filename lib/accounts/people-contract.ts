import { z } from 'zod'
import { PLACE } from '../db/page-place.ts'
import type { AccountView } from './contract.ts'

/** An e-mail address has no more characters than this, and a name fewer. */
const MAX_QUERY = 254

export const peopleRoles = ['owner', 'admin', 'user'] as const
export const peopleStates = ['open', 'closed'] as const

/** The query of `/console/people`. What is not understood is as if it were not there. */
export const peopleQuery = z.object({
  /** Words, each of which is in the name or the e-mail address. */
  q: z
    .string()
    .transform((text) =>
      text
        .toWellFormed()
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
        .slice(0, MAX_QUERY)
        .toWellFormed(),
    )
    .catch(''),
  role: z.enum(peopleRoles).optional().catch(undefined),
  state: z.enum(peopleStates).optional().catch(undefined),
  /** Where the page before ended. */
  before: z.string().regex(PLACE).optional().catch(undefined),
})
export type PeopleQuery = z.infer<typeof peopleQuery>

/** Some of the people with an account, newest first. */
export interface PeoplePage {
  people: AccountView[]
  /** How many there are on all pages. */
  total: number
  /** What to ask for to see those before; null at the end. */
  older: string | null
}
