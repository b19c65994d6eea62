import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { RunRecording } from '#lib/chat/runs/run-recording.ts'

const servers: { close(): void; closeAllConnections(): void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(chunks: readonly Uint8Array[], headers: Record<string, string> = {}): Promise<string> {
  const asked: string[] = []
  const server = createServer((req, res) => {
    asked.push(req.headers['accept-encoding'] ?? '')
    res.writeHead(200, { ...headers, 'x-asked-encoding': asked.join() })
    for (const chunk of chunks) res.write(chunk)
    res.end()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an AddressInfo.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('what passes is unchanged, and what is kept is what passed', async () => {
  const chunks = Array.from({ length: 9 }, () => randomBytes(70_000))
  const whole = Buffer.concat(chunks)
  const headers = { 'x-tain-upstream': 'openai', 'x-tain-attempts': '2', 'x-request-id': 'req_1' }
  const recording = new RunRecording()
  const response = await recording.through(fetch)(await serve(chunks, headers))
  expect(response.headers.get('x-asked-encoding')).toBe('identity')
  expect(Buffer.from(await response.arrayBuffer()).equals(whole)).toBe(true)
  const { receipt, rawGzip } = await recording.finish()
  expect(gunzipSync(rawGzip ?? '').equals(whole)).toBe(true)
  expect(receipt).toMatchObject({
    upstream: 'openai',
    attempts: 2,
    requestId: 'req_1',
    httpStatus: 200,
    rawBytes: whole.length,
    rawSha256: createHash('sha256').update(whole).digest('hex'),
    isRawKept: true,
    firstTokenMs: null,
    tokens: null,
  })
})

test('what is too long is hashed and counted, and not kept', async () => {
  const whole = randomBytes(3_000_000)
  const recording = new RunRecording()
  await (await recording.through(fetch)(await serve([whole]))).arrayBuffer()
  const { receipt, rawGzip } = await recording.finish()
  expect(rawGzip).toBeNull()
  expect(receipt).toMatchObject({
    isRawKept: false,
    rawBytes: whole.length,
    rawSha256: createHash('sha256').update(whole).digest('hex'),
  })
})

test('a run that never reached upstream has a receipt without a response', async () => {
  const { receipt, rawGzip } = await new RunRecording().finish()
  expect(rawGzip).toBeNull()
  expect(receipt).toMatchObject({ httpStatus: null, rawSha256: null, attempts: null, isRawKept: false })
})
