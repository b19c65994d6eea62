import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** S3 as far as objects are put, got and deleted by it, with signatures checked as AWS documents them (Signature Version 4). */
export interface S3Server {
  /** The address of its one bucket. */
  bucketUrl: string
  objects: Map<string, Buffer>
  /** The next requests are answered with 503 `SlowDown`. */
  slowDown(times: number): void
  close(): Promise<void>
}

interface Keys {
  accessKeyId: string
  secretAccessKey: string
  region: string
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest()

/** The signature that a request without a query must carry, from the headers that its `authorization` says are signed. */
export function signatureOf(
  keys: Keys,
  request: { method: string; path: string; headers: IncomingHttpHeaders },
): string | undefined {
  const { authorization = '' } = request.headers
  const [, scope, signed = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=/.exec(authorization) ?? []
  const time = String(request.headers['x-amz-date'])
  const day = time.slice(0, 8)
  if (scope !== `${keys.accessKeyId}/${day}/${keys.region}/s3/aws4_request`) return undefined
  const names = signed.split(';')
  if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => names.includes(name))) return undefined
  const canonical = [
    request.method,
    request.path,
    '',
    ...names.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signed,
    String(request.headers['x-amz-content-sha256']),
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', time, scope.slice(keys.accessKeyId.length + 1), sha256(canonical)].join(
    '\n',
  )
  const key = [day, keys.region, 's3', 'aws4_request'].reduce<Buffer | string>(
    hmac,
    `AWS4${keys.secretAccessKey}`,
  )
  return hmac(key as Buffer, toSign).toString('hex') // four steps were made
}

export async function startS3Server(keys: Keys): Promise<S3Server> {
  const objects = new Map<string, Buffer>()
  let slow = 0
  const refuse = (response: ServerResponse, status: number, code: string) => {
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)
  }
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const { method = '', url = '', headers } = request
    const expected = signatureOf(keys, { method, path: url, headers })
    const isSigned = expected !== undefined && headers.authorization?.endsWith(`Signature=${expected}`)
    if (!isSigned) return refuse(response, 403, 'SignatureDoesNotMatch')
    if (headers['x-amz-content-sha256'] !== sha256(body))
      return refuse(response, 400, 'XAmzContentSHA256Mismatch')
    if (slow-- > 0) return refuse(response, 503, 'SlowDown')
    const [, bucket, key = ''] = /^\/([^/]+)\/(.+)$/.exec(url) ?? []
    if (bucket !== 'bucket') return refuse(response, 404, 'NoSuchBucket')
    const stored = objects.get(key)
    if (method === 'PUT') objects.set(key, body)
    if (method === 'DELETE') objects.delete(key)
    if (method === 'GET' && !stored) return refuse(response, 404, 'NoSuchKey')
    response.writeHead(method === 'DELETE' ? 204 : 200)
    response.end(method === 'GET' ? stored : undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    bucketUrl: `http://127.0.0.1:${port}/bucket`,
    objects,
    slowDown: (times) => {
      slow = times
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
