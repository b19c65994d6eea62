import { returnFromProvider } from '#lib/accounts/providers/provider-sign-in.ts'
import { answer } from '#lib/site-api.ts'
import { enter } from '../../../account/enter.ts'

type Context = { params: Promise<{ provider: string }> }

/** Where a provider sends people back to. */
export function GET(request: Request, { params }: Context): Promise<Response> {
  return answer(async () =>
    returnFromProvider((await params).provider, new URL(request.url).searchParams, enter),
  )
}
