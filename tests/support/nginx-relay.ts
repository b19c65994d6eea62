import path from 'node:path'
import { renderRelay } from '../../deploy/nginx/render.ts'
import type { TestHost } from '../integration/gateway/hosts.ts'
import { startNginx, type TestNginx } from './nginx.ts'

export const SECRET = 'relay-secret-0123456789abcdef0123456789abcdef'
/** The header that every caller of the relay shows. */
export const member = { 'x-tain-relay-secret': SECRET }

/** As the tests' clients want a host. */
export const hostOf = (port: number) => ({ port }) as TestHost

/** nginx with the relay's own configuration and nobody limited, unless `settings` say otherwise. */
export function startRelay(
  program: string,
  upstreamUrl: string,
  settings: Record<string, string> = {},
): Promise<TestNginx> {
  return startNginx(program, ({ listen, root }) =>
    renderRelay({
      RELAY_SECRET: SECRET,
      LISTEN: listen,
      UPSTREAM: upstreamUrl,
      ADDRESS_RATE: 'off',
      ACCESS_LOG: path.join(root, 'relay.log'),
      ...settings,
    }),
  )
}
