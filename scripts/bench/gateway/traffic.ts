/** What callers send and upstream answers, known to both ends, so that each can check the other. */

const CALL_PATH = '/v1/chat/completions'

/** About 300 bytes. */
export const CALL_BODY = JSON.stringify({
  model: 'gpt-5.4-mini',
  messages: [
    { role: 'developer', content: 'You are a concise assistant. Answer in one or two plain sentences.' },
    { role: 'user', content: 'Why does silver behind glass make a better mirror than the glass alone does?' },
  ],
  temperature: 0.2,
  max_completion_tokens: 120,
  stream: false,
})

/** About 600 bytes. */
export const ANSWER_BODY = JSON.stringify({
  id: 'chatcmpl-BenchBenchBenchBenchBench01',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'gpt-5.4-mini',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content:
          'Bare glass reflects only about four percent of the light at each surface. A layer of silver behind it reflects over ninety-five percent.',
        refusal: null,
        annotations: [],
      },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 39, completion_tokens: 31, total_tokens: 70 },
  service_tier: 'default',
  system_fingerprint: 'fp_bench',
})

/** One caller's request as bytes. `query` asks the upstream for a stream, see {@link streamQuery}. */
export function callBytes({
  port,
  token,
  headers = [],
  query = '',
}: {
  port: number
  token?: string
  headers?: readonly string[]
  query?: string
}): Buffer {
  const lines = [
    `POST ${CALL_PATH}${query} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'accept: application/json',
    'content-type: application/json',
    'user-agent: OpenAI/JS 7.57.0',
    'x-stainless-lang: js',
    'x-stainless-runtime: node',
    'x-stainless-retry-count: 0',
    ...headers,
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    `content-length: ${Buffer.byteLength(CALL_BODY)}`,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${CALL_BODY}`, 'latin1')
}

const ANSWER_HEAD = [
  'HTTP/1.1 200 OK',
  'content-type: application/json',
  'x-request-id: req_bench',
  'openai-processing-ms: 1',
  'x-ratelimit-remaining-requests: 9999',
]

export const ANSWER = Buffer.from(
  `${ANSWER_HEAD.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(ANSWER_BODY)}\r\n\r\n${ANSWER_BODY}`,
  'latin1',
)

export const EVENT_PERIOD_MS = 50

export const streamQuery = (events: number) => `?events=${events}`

/** How many events the request with this head asks for; 0 for a plain answer. */
export function eventsAskedFor(head: string): number {
  return Number(/^POST [^ ?]+\?events=(\d{1,6}) /.exec(head)?.[1] ?? 0)
}

export const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\nx-request-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n'

/** Microseconds on a clock that all processes of this machine share. */
export const nowUs = () => Number(process.hrtime.bigint() / 1000n)

const FILLING = ' of the silver behind the glass'.repeat(4)

const EVENT_END = `[{"index":0,"delta":{"content":"${FILLING}"}}]}\n\n`

/** An event of about 200 bytes with its number and the time it was written. */
export const eventText = (number: number, atUs: number) =>
  `data: {"n":${number},"at":${atUs},"choices":${EVENT_END}`

export const DONE_TEXT = 'data: [DONE]\n\n'

/** Number and time of a whole event of ours, or undefined. */
export function readEvent(text: string): { number: number; atUs: number } | undefined {
  const match = /^data: \{"n":(\d+),"at":(\d+),/.exec(text)
  return match && text.endsWith(EVENT_END) ? { number: Number(match[1]), atUs: Number(match[2]) } : undefined
}
