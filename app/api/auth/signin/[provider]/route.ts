import { providerSignInRequest } from '#lib/accounts/contract.ts'
import { beginAtProvider } from '#lib/accounts/providers/provider-sign-in.ts'
import { answer, readBody } from '#lib/site-api.ts'

type Context = { params: Promise<{ provider: string }> }

/** Begins to sign in, or to link an account, at a provider; answers with the address to go to. */
export function POST(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const asked = await readBody(request, providerSignInRequest)
    return await beginAtProvider((await params).provider, asked)
  })
}
