import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What Secrets Manager does instead of answering: an error by its name, silence, or something that is not its JSON. */
export type SecretsManagerFault =
  | 'stall'
  | 'garbage'
  | 'half'
  | 'ThrottlingException'
  | 'InternalServiceError'
  | 'DecryptionFailure'
  | 'AccessDeniedException'
  | 'ExpiredTokenException'

/**
 * AWS Secrets Manager's JSON protocol as documented, for the calls the site makes: GetSecretValue and PutSecretValue with
 * staging labels that move. Signatures (Signature Version 4) are checked, so that wrong credentials are denied as AWS denies
 * them.
 */
export interface FakeSecretsManager {
  readonly url: string
  readonly credentials: { accessKeyId: string; secretAccessKey: string }
  readonly calls: string[]
  /** Makes a new version and moves the label to it. */
  put(name: string, text: string, stage?: string): void
  get(name: string, stage?: string): string | undefined
  fail(fault: SecretsManagerFault, count?: number): void
  /** Moves AWS's clock: signatures of more than five minutes before or after it are refused. */
  advance(ms: number): void
  close(): Promise<void>
}

interface Version {
  id: string
  text: string
  stages: Set<string>
}

export async function startFakeSecretsManager(): Promise<FakeSecretsManager> {
  const credentials = { accessKeyId: 'EXAMPLEACCESSKEY', secretAccessKey: 'example/secret/access/key' }
  const secrets = new Map<string, Version[]>()
  const faults: { fault: SecretsManagerFault; count: number }[] = []
  const calls: string[] = []
  let skewMs = 0
  const arnOf = (name: string) =>
    name.startsWith('arn:') ? name : `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}-AbCdEf`
  const versionOf = (name: string, stage = 'AWSCURRENT') =>
    secrets.get(arnOf(name))?.find(({ stages }) => stages.has(stage))

  function put(
    name: string,
    text: string,
    labels: readonly string[] = ['AWSCURRENT'],
    id: string = randomUUID(),
  ) {
    const versions = secrets.get(arnOf(name)) ?? []
    const before = versions.find(({ stages }) => stages.has('AWSCURRENT'))
    for (const version of versions) for (const stage of labels) version.stages.delete(stage)
    if (labels.includes('AWSCURRENT') && before) {
      for (const version of versions) version.stages.delete('AWSPREVIOUS')
      before.stages.add('AWSPREVIOUS')
    }
    const version = { id, text, stages: new Set(labels) }
    secrets.set(arnOf(name), [...versions, version])
    return version
  }

  function answer(action: string, input: Record<string, unknown>): object {
    const name = String(input.SecretId)
    if (!secrets.has(arnOf(name))) throw new AwsError('ResourceNotFoundException')
    if (action === 'GetSecretValue') {
      const version = versionOf(name, input.VersionStage as string | undefined)
      if (!version) throw new AwsError('ResourceNotFoundException')
      return described(name, version, { SecretString: version.text, CreatedDate: 1_790_000_000.5 })
    }
    if (action !== 'PutSecretValue') throw new AwsError('InvalidAction')
    const labels = (input.VersionStages ?? ['AWSCURRENT']) as string[]
    return described(
      name,
      put(name, String(input.SecretString), labels, String(input.ClientRequestToken)),
      {},
    )
  }
  const described = (name: string, { id, stages }: Version, more: object) => ({
    ARN: arnOf(name),
    Name: name,
    VersionId: id,
    VersionStages: [...stages],
    ...more,
  })

  async function onRequest(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of req) body += chunk
    const action = String(req.headers['x-amz-target']).replace('secretsmanager.', '')
    calls.push(action)
    const planned = faults.find(({ count }) => count > 0)
    if (planned) planned.count--
    if (planned?.fault === 'stall') return
    if (planned?.fault === 'garbage') return void res.writeHead(200).end('<p>Welcome')
    if (planned?.fault === 'half') {
      res.writeHead(200, { 'content-length': '400' })
      return void res.write('{"SecretString":"a:canary', () => req.socket.destroy())
    }
    res.setHeader('date', new Date(Date.now() + skewMs).toUTCString())
    try {
      if (planned) throw new AwsError(planned.fault)
      requireSignature(req, body, credentials)
      if (Math.abs(signedAt(req) - Date.now() - skewMs) > 5 * 60_000)
        throw new AwsError('InvalidSignatureException')
      send(res, 200, answer(action, JSON.parse(body)))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      // Its messages quote what was asked for; ours quote a canary that must never be seen.
      send(res, error.status, { __type: error.type, message: 'canary-in-a-message', Message: 'canary' })
    }
  }

  const server = createServer((req, res) => void onRequest(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials,
    calls,
    put: (name, text, stage) => void put(name, text, stage === undefined ? undefined : [stage]),
    get: (name, stage) => versionOf(name, stage)?.text,
    advance: (ms) => {
      skewMs += ms
    },
    fail: (fault, count = 1) => void faults.push({ fault, count }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

class AwsError extends Error {
  readonly type: string
  readonly status: number
  constructor(type: string) {
    super(type)
    this.type = type
    this.status = type === 'InternalServiceError' ? 500 : 400
  }
}

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() })
  res.end(JSON.stringify(body))
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** `20261128T001500Z`, as Unix milliseconds. */
const signedAt = ({ headers }: IncomingMessage) =>
  Date.parse(String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))

/** Signature Version 4, computed again from the request and the secret that only AWS and its user know. */
function requireSignature(
  req: IncomingMessage,
  body: string,
  { accessKeyId, secretAccessKey }: FakeSecretsManager['credentials'],
): void {
  const header = String(req.headers.authorization)
  const [, id, date = '', region = '', service = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      header,
    ) ?? []
  if (id !== accessKeyId) throw new AwsError('UnrecognizedClientException')
  const headers = names.split(';').map((name) => `${name}:${String(req.headers[name]).trim()}\n`)
  const canonical = [req.method, req.url, '', headers.join(''), names, sha256(body)].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', req.headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = [region, service, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, date))
  if (hmac(key, toSign).toString('hex') !== signature) throw new AwsError('InvalidSignatureException')
}
