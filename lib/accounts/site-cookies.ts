import { cookies } from 'next/headers'
import { getConfig } from '../config.ts'

/** Cookies that say who somebody is: for the server alone, sent when another site links here, and bound to this very host. */

export async function readCookie(name: string): Promise<string | undefined> {
  return (await cookies()).get(fullName(name))?.value
}

/** Sets it on the response. For handlers only. */
export async function setCookie(name: string, value: string, maxAgeS: number): Promise<void> {
  const jar = await cookies()
  jar.set(fullName(name), value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(),
    path: '/',
    maxAge: maxAgeS,
  })
}

/** Browsers take a `__Host-` cookie back only from a line as strict as the one that set it. For handlers only. */
export const deleteCookie = (name: string): Promise<void> => setCookie(name, '', 0)

/** Browsers accept `__Host-` only over https, and then only from this very host. */
const fullName = (name: string) => (isSecure() ? `__Host-${name}` : name)

const isSecure = () => getConfig().SITE_URL?.startsWith('https:') ?? false
