import { answer } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Where the API has nothing: said as programs read it. A page would come without a policy here (`proxy.ts`). */
export function GET(): Promise<Response> {
  return answer(async () => {
    throw new SiteError(404, 'not_found', 'This site’s API has nothing at this address.')
  })
}
