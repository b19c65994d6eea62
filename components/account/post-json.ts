import { forgetPerson } from '#components/chat/state/drafts.ts'
import { tellOtherTabs } from '#components/chat/state/other-tabs.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'

/** What a form shows when the site refused: a sentence in the person's language, and the field it is about. */
export interface FormError {
  field?: string
  message: string
}

export type Answer = { data: unknown } | { error: FormError }

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Sends a form to the site's API. Never throws. */
export async function sendJson(
  method: Method,
  path: string,
  body: unknown,
  errors: AccountTexts['errors'],
): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.ok) tellOfPerson(method, path)
    const data = response.status === 204 ? null : await response.json()
    return response.ok ? { data } : { error: formError(data, errors) }
  } catch {
    return { error: { message: errors.network } }
  }
}

/** The routes after which somebody else sits at this browser, or nobody; `public/sw.js` knows them too. */
const CHANGES_PERSON = /^\/api\/account(\/(sign-in|sign-up|sign-out|claim|reset|access-code))?$/

function tellOfPerson(method: Method, path: string): void {
  if (method === 'PATCH' || !CHANGES_PERSON.test(path)) return
  // Who signs in or up takes along what was begun as a guest.
  const hasLeft = method === 'DELETE' || path.endsWith('/sign-out')
  if (hasLeft) forgetPerson()
  tellOtherTabs({ kind: 'person', hasLeft })
}

function formError(
  data: { error?: { code?: string; field?: string } },
  errors: AccountTexts['errors'],
): FormError {
  const { code = '', field: place } = data?.error ?? {}
  // One of a list is wrong: the field is that of the list.
  const field = place?.replace(/\.\d+$/, '')
  const message = errors.codes[code] ?? (field ? errors.fields[field] : undefined) ?? errors.unknown
  return { field, message }
}
