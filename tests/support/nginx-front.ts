import path from 'node:path'
import { renderSite } from '../../deploy/nginx/render-site.ts'
import { startNginx, type TestNginx } from './nginx.ts'

/** nginx with the configuration that stands in front of the site, nobody limited unless `settings` say otherwise. `changed` has the last word. */
export function startFront(
  program: string,
  sites: readonly string[],
  settings: Record<string, string> = {},
  changed = (text: string) => text,
): Promise<TestNginx> {
  return startNginx(program, ({ listen, root }) =>
    changed(
      renderSite({
        SITES: sites.map((url) => new URL(url).host).join(','),
        LISTEN: listen,
        REDIRECT_FROM: 'off',
        ADDRESS_RATE: 'off',
        CACHE_DIR: path.join(root, 'cache'),
        ACCESS_LOG: path.join(root, 'front.log'),
        ...settings,
      }),
    ),
  )
}

/** What the site has to be told so that it believes this nginx. */
export const behindFront = { TRUSTED_PROXIES: '127.0.0.1', CLIENT_IP_HEADER: 'X-Real-IP' }
