import { createRedeemBatch } from '#lib/accounts/quotas/redeem.ts'
import { redeemBatchDraft } from '#lib/accounts/quotas/redeem-contract.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'

/** Makes a batch of codes, which are told once. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const draft = await readBody(request, redeemBatchDraft)
    await requireSession('admin')
    const codes = await createRedeemBatch(await getDatabase(), draft)
    return Response.json(
      { name: draft.name, codes },
      { status: 201, headers: { 'cache-control': 'no-store' } },
    )
  })
}
