import { expect, test, vi } from 'vitest'
import { RequestFailure } from '#components/chat/state/run-client.ts'
import { answerTerms, withTerms } from '#components/chat/terms/ask-for-terms.ts'

const refusal = () => new RequestFailure(428, 'terms_not_accepted', 'Accept the terms first.')
/** Refused until the terms are accepted. */
const request = (name: string) => vi.fn(async () => name).mockRejectedValueOnce(refusal())

test('what was refused for the terms is done once they are accepted, all of it with one dialog', async () => {
  const [first, second] = [request('first'), request('second')]
  const done = Promise.all([withTerms(first), withTerms(second)])
  await vi.waitFor(() => expect(second.mock.settledResults).toHaveLength(1))
  await Promise.resolve()
  answerTerms(true)
  expect(await done).toEqual(['first', 'second'])
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([2, 2])
})

test('it stays refused when they are not', async () => {
  const attempt = request('never')
  const done = withTerms(attempt)
  await vi.waitFor(() => expect(attempt.mock.settledResults).toHaveLength(1))
  await Promise.resolve()
  answerTerms(false)
  await expect(done).rejects.toMatchObject({ code: 'terms_not_accepted' })
  expect(attempt).toHaveBeenCalledTimes(1)
})

test('another failure is not about the terms', async () => {
  const attempt = vi.fn(async () => Promise.reject(new RequestFailure(503, 'storage_busy', 'Busy.')))
  await expect(withTerms(attempt)).rejects.toMatchObject({ code: 'storage_busy' })
  expect(attempt).toHaveBeenCalledTimes(1)
})
