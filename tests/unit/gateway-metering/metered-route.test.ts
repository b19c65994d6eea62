import { expect, it } from 'vitest'
import { meteringOf } from '#server/gateway/metering/metered-route.ts'

const of = (method: string, path: string, isSocket = false) =>
  meteringOf({
    method,
    path,
    isSocket,
    route: '',
    announcedBytes: undefined,
    isAside: false,
    peekBody: async () => ({ bytes: new Uint8Array(), isWhole: true }),
  })

it.each([
  ['POST', '/chat/completions', 'text'],
  ['POST', '/responses', 'text'],
  ['POST', '/embeddings', 'text'],
  ['POST', '/images/generations', 'other'],
  ['POST', '/audio/speech', 'other'],
  ['GET', '/responses/resp_1', 'free'],
  ['DELETE', '/files/file-1', 'free'],
  ['POST', '/responses/resp_1/cancel', 'free'],
  ['POST', '/files', 'free'],
  ['POST', '/moderations', 'free'],
  ['POST', '/batches', 'uncountable'],
  ['POST', '/fine_tuning/jobs', 'uncountable'],
  ['POST', '/realtime/client_secrets', 'uncountable'],
  ['POST', '/threads/thread_1/runs', 'uncountable'],
  // A path is spelt as the API has it, or its door is shut.
  ['POST', '/chat/completion%73', 'uncountable'],
  ['POST', '/chat/completions/', 'uncountable'],
  ['POST', '/files/../responses', 'uncountable'],
])('%s %s is %s', (method, path, expected) => {
  expect(of(method, path)).toBe(expected)
})

it('no socket can be counted', () => {
  expect(of('GET', '/realtime', true)).toBe('uncountable')
})
