import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { reportDecision } from '#lib/legal/report-contract.ts'
import { decideReport } from '#lib/legal/reports.ts'
import { answer, readBody, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Deals with a report and records what was done. */
export function PATCH(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const decision = await readBody(request, reportDecision)
    const { userId } = await requireSession('admin')
    const id = requireId((await params).id)
    if (!(await decideReport(await getDatabase(), userId, id, decision, Date.now()))) {
      throw new SiteError(404, 'not_found', 'There is no such report.')
    }
    return new Response(null, { status: 204 })
  })
}
