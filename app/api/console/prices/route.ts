import { listPrices, removePrice, setPrice } from '#lib/accounts/quotas/prices.ts'
import { priceRemoval, priceRequest } from '#lib/accounts/quotas/quota.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** What models cost, by name; `*` is any other. */
export function GET(): Promise<Response> {
  return answer(async () => {
    await requireSession('admin')
    return Response.json(await listPrices(await getDatabase()), { headers: { 'cache-control': 'no-store' } })
  })
}

/** Sets the price of a model. */
export function PUT(request: Request): Promise<Response> {
  return answer(async () => {
    const { model, ...price } = await readBody(request, priceRequest)
    await requireSession('admin')
    await setPrice(await getDatabase(), model, price)
    return new Response(null, { status: 204 })
  })
}

/** Takes a price away: the model costs what others do. */
export function DELETE(request: Request): Promise<Response> {
  return answer(async () => {
    const { model } = await readBody(request, priceRemoval)
    await requireSession('admin')
    const found = await removePrice(await getDatabase(), model)
    if (!found) throw new SiteError(404, 'not_found', 'This model has no price of its own.')
    return new Response(null, { status: 204 })
  })
}
