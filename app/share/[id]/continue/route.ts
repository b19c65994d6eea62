import { z } from 'zod'
import { admitVisitor, ensureSession } from '#lib/accounts/session.ts'
import { continueShare } from '#lib/chat/sharing/continue-share.ts'
import { findShare } from '#lib/chat/sharing/shares.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** The form of a share's page: makes a conversation of the reader's own out of it and leads there, if need be over the sign-in. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const { id } = await params
    // The page of a share that is gone says so, to a person.
    const gone = `/share/${encodeURIComponent(id)}`
    const db = await getDatabase()
    const share = await findShare(db, id, Date.now())
    if (!share) return seeOther(gone)
    const form = await request.formData().catch(() => new FormData())
    const wanted = z.uuid().safeParse(form.get('conversation')).data ?? crypto.randomUUID()
    if (!(await isAdmitted())) return seeOther(`/sign-in?next=${gone}`)
    const { userId } = await ensureSession()
    if (!(await continueShare(db, userId, wanted, share, Date.now()))) return seeOther(gone)
    return seeOther(`/c/${wanted}`)
  })
}

const isAdmitted = () =>
  admitVisitor().then(
    () => true,
    (error: unknown) => {
      if (error instanceof SiteError && error.status === 401) return false
      throw error
    },
  )

/** RFC 9110, 15.4.4: go and GET. The address is relative, for the site may be known under several names. */
const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })
