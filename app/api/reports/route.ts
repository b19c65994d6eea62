import { requireSession } from '#lib/accounts/session.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { reportRequest } from '#lib/legal/report-contract.ts'
import { reportAnswer } from '#lib/legal/reports.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Reports an answer to those who run the site. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { messageId, ...complaint } = await readBody(request, reportRequest)
    const { userId: owner } = await requireSession('guest')
    const { bucket } = await currentVisitor()
    const db = await getDatabase()
    if (!(await reportAnswer(db, { owner, bucket }, messageId, complaint, Date.now()))) {
      throw new SiteError(404, 'not_found', 'There is no such answer.')
    }
    return new Response(null, { status: 204 })
  })
}
