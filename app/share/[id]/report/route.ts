import { getSession } from '#lib/accounts/session.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { shareReport } from '#lib/legal/report-contract.ts'
import { reportShare } from '#lib/legal/reports.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** The form of a share's page with which anybody reports it; leads back there, where a person reads what came of it. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const { id } = await params
    const form = await request.formData().catch(() => new FormData())
    const complaint = shareReport.safeParse(Object.fromEntries(form))
    if (!complaint.success) {
      throw new SiteError(400, 'bad_request', 'Please choose a reason.', { field: 'reason' })
    }
    const [session, { bucket }] = await Promise.all([getSession(), currentVisitor()])
    const reporter = { owner: session?.userId ?? null, bucket }
    const outcome = await reportShare(await getDatabase(), reporter, id, complaint.data, Date.now()).then(
      // The page of a share that is gone says so itself.
      (isFound) => (isFound ? '?reported=1#report' : ''),
      (error: unknown) => {
        if (error instanceof SiteError && error.status === 429) return '?reported=too_many#report'
        throw error
      },
    )
    // RFC 9110, 15.4.4: go and GET. The address is relative, for the site may be known under several names.
    return new Response(null, {
      status: 303,
      headers: { location: `/share/${encodeURIComponent(id)}${outcome}` },
    })
  })
}
